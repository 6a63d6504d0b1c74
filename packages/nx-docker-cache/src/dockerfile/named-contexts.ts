import type { BaseRef, Dockerfile } from '../model/dockerfile';
import { reachableStages, type Targets } from './reach';
import type { ExternalImage } from './reads';

/** A place at which a reached stage reads a named build context. */
export interface ContextUse {
  /** The key of `buildContexts`. */
  readonly name: string;
  readonly line: number;
  readonly via: 'FROM' | 'COPY' | 'mount';
}

/**
 * Where named build contexts are read, a stage that one replaces included, in the order of the file.
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function contextUses(dockerfile: Dockerfile, targets?: Targets): ContextUse[] {
  const uses: ContextUse[] = [];
  const add = (ref: BaseRef | undefined, line: number, via: ContextUse['via']): void => {
    if (ref?.kind === 'context') uses.push({ name: ref.name, line, via });
  };
  for (const stage of reachableStages(dockerfile, targets)) {
    add(stage.base, stage.line, 'FROM');
    if (stage.replaced) continue;
    for (const { sources, mounts, line } of stage.instructions) {
      // All sources of one COPY share its --from.
      const copied = sources.find(({ via, from }) => via !== 'bind' && from !== undefined);
      add(copied?.from, line, 'COPY');
      for (const mount of mounts) add(mount.from, line, 'mount');
    }
  }
  return uses;
}

/**
 * The images that named build contexts put in the place of a name: `docker-image://acme/base:1`.
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function contextImages(
  dockerfile: Dockerfile,
  buildContexts: Readonly<Record<string, string>>,
  targets?: Targets,
): ExternalImage[] {
  return contextUses(dockerfile, targets).flatMap(({ name, line, via }) => {
    const text = buildContexts[name] ?? '';
    const reference = /^docker-image:\/\/(.+)$/.exec(text)?.[1];
    if (reference === undefined) return [];
    const [image, digest] = reference.split('@', 2);
    return [{ image, digest, text, line, via, reason: undefined }];
  });
}
