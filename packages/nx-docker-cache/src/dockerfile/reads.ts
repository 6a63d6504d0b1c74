import type { BaseRef, Dockerfile, Source, Stage } from '../model/dockerfile';
import { reachableStages, type Targets } from './reach';

/**
 * What the reached stages read from the build context, in the order of the file: paths, globs and what could not
 * be resolved. Other contexts, stages, URLs and heredocs are not among them.
 *
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function contextSources(dockerfile: Dockerfile, targets?: Targets): Source[] {
  return running(dockerfile, targets)
    .flatMap(({ instructions }) => instructions)
    .flatMap(({ sources }) => sources)
    .filter(
      ({ from, kind }) => from === undefined && (kind === 'path' || kind === 'glob' || kind === 'unresolved'),
    );
}

/** An image that the build pulls. */
export interface ExternalImage {
  /** Reference without its digest; undefined where it is unresolved. */
  readonly image: string | undefined;
  /** `sha256:…`; undefined where the image is not pinned. */
  readonly digest: string | undefined;
  /** As written. */
  readonly text: string;
  readonly line: number;
  readonly via: 'FROM' | 'COPY' | 'mount' | 'syntax';
  /** Why it is unresolved. */
  readonly reason: string | undefined;
}

/**
 * The images that the reached stages are built from, copy from or mount, and the `# syntax=` frontend, in the
 * order of the file; one entry a place.
 *
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export function externalImages(dockerfile: Dockerfile, targets?: Targets): ExternalImage[] {
  const images: ExternalImage[] = [];
  const add = (ref: BaseRef | undefined, line: number, via: ExternalImage['via']): void => {
    if (ref?.kind === 'image')
      images.push({ image: ref.image, digest: ref.digest, text: ref.text, line, via, reason: undefined });
    if (ref?.kind === 'unresolved') {
      images.push({ image: undefined, digest: undefined, text: ref.text, line, via, reason: ref.reason });
    }
  };
  const { syntax } = dockerfile.directives;
  if (syntax !== undefined) {
    const [image, digest] = syntax.split(/\s/, 1)[0]!.split('@', 2);
    images.push({ image, digest, text: syntax, line: 1, via: 'syntax', reason: undefined });
  }
  for (const stage of running(dockerfile, targets)) {
    add(stage.base, stage.line, 'FROM');
    for (const { sources, mounts, line } of stage.instructions) {
      // All sources of one COPY share its --from.
      const copied = sources.find(({ via, from }) => via !== 'bind' && from !== undefined);
      add(copied?.from, line, 'COPY');
      for (const mount of mounts) add(mount.from, line, 'mount');
    }
  }
  return images;
}

function running(dockerfile: Dockerfile, targets: Targets): Stage[] {
  return reachableStages(dockerfile, targets).filter(({ replaced }) => !replaced);
}
