import { expandNames } from '../layout/image-names';
import { checkConflicts, type Writes } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { buildName } from './named-build';
import type { Ports } from './ports';
import { wouldWrite } from './would-make';

/** What a build of this run writes. */
export interface OwnWrites extends Pick<Writes, 'project' | 'pushes' | 'loads'> {
  readonly of: Pick<WorkspaceProject, 'name' | 'target'>;
}

export type ElsewherePorts = Pick<Ports, 'workspace' | 'source' | 'environment' | 'logger'>;

/**
 * A run knows its own builds only, and Nx may run one of them here and another beside it: so each run looks at what
 * the other projects of the workspace would be called, too. Other builds of the same project are not looked at: of
 * those, one may be there in the place of another.
 * @throws DockerCacheError CONFLICTING_PLAN where another project pushes the same; what is loaded only is a warning
 */
export async function checkElsewhere(own: readonly OwnWrites[], ports: ElsewherePorts): Promise<void> {
  const images = new Set(own.flatMap(({ pushes, loads }) => [...pushes, ...loads].map(imageIn)));
  if (images.size === 0) return;
  const inRun = new Set(own.map(({ of }) => keyOf(of)));
  for (const { name, root, builds } of await ports.workspace.builds()) {
    for (const { target, options } of builds) {
      const other = { name, root, target, options };
      if (inRun.has(keyOf(other)) || !mayMake([...images], other)) continue;
      const { pushes, loads } = await wouldWrite(other, ports);
      const project = buildName(name, target, builds[0]!.target);
      for (const mine of own.filter(({ of }) => of.name !== name)) {
        checkConflicts([
          { project: mine.project, caches: [], pushes: mine.pushes, loads: [] },
          { project, caches: [], pushes, loads: [] },
        ]);
        for (const ref of mine.loads.filter((one) => loads.includes(one)))
          ports.logger.warn(`${project} would load ${ref}, too: the one that is built last has the name`);
      }
    }
  }
}

/**
 * false where a build cannot be called as any of these, whatever its placeholders stand for: a task of a workspace of 500 has no
 * time to expand the names of all of them.
 */
export function mayMake(
  images: readonly string[],
  { name, root, options }: Pick<WorkspaceProject, 'name' | 'root' | 'options'>,
): boolean {
  const { image: template = '{projectName}' } = (options ?? {}) as { readonly image?: unknown };
  if (typeof template !== 'string') return false;
  const fixed = expandNames(template, { name, root }).split(/\{[^{}]*\}/);
  return images.some((image) => fixed.every((text) => image.includes(text)));
}

function imageIn(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(':'));
}

function keyOf({ name, target }: OwnWrites['of']): string {
  return `${name}\0${target}`;
}
