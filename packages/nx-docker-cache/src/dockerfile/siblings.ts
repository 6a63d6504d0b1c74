import { isInside, joinPath, parentPath } from './path';

/** Where a Dockerfile lies, relative to the workspace root, and whose it is. */
export interface DockerfilePlace {
  readonly dockerfilePath: string;
  readonly projectRoot: string;
}

/** The context of another Dockerfile, as evidence for one that tells nothing itself. */
export interface SiblingContext {
  readonly dockerfilePath: string;
  /** Relative to the workspace root, as is the next. */
  readonly context: string;
  /** What that is for the Dockerfile in question; undefined where it means nothing there. */
  readonly here: string | undefined;
}

/** Dockerfiles by what makes them siblings. */
export class SiblingIndex<T extends DockerfilePlace> {
  readonly #groups = new Map<string, T[]>();

  constructor(all: readonly T[]) {
    // In one order, wherever they were found: messages name the first.
    const sorted = [...all].sort((left, right) => (left.dockerfilePath < right.dockerfilePath ? -1 : 1));
    for (const one of sorted) {
      for (const key of groupsOf(one)) {
        const group = this.#groups.get(key);
        if (group === undefined) this.#groups.set(key, [one]);
        else group.push(one);
      }
    }
  }

  /** Other Dockerfiles of the same folder, then those at the same place of the projects beside: nearest first. */
  of(place: DockerfilePlace): T[][] {
    return groupsOf(place).map((key) =>
      (this.#groups.get(key) ?? []).filter(({ dockerfilePath }) => dockerfilePath !== place.dockerfilePath),
    );
  }
}

/**
 * What a folder's siblings lie below: the project's folder for a Dockerfile in it, else the Dockerfile's own
 * (`docker/web/Dockerfile` beside `docker/api/Dockerfile`).
 */
export function siblingUnit({ dockerfilePath, projectRoot }: DockerfilePlace): string {
  const owned = projectRoot !== '.' && isInside(dockerfilePath, projectRoot);
  return owned ? projectRoot : parentPath(dockerfilePath);
}

function groupsOf(place: DockerfilePlace): string[] {
  const { dockerfilePath } = place;
  const unit = siblingUnit(place);
  const folder = `${parentPath(dockerfilePath)}/\0`;
  // No folder lies beside the workspace's root.
  if (unit === '.') return [folder];
  return [folder, `${parentPath(unit)}/\0${dockerfilePath.slice(unit.length)}`];
}

/** What the context of one Dockerfile is for a sibling of it; `isFolder` tells whether that is there. */
export function siblingContext(
  from: DockerfilePlace,
  context: string,
  to: DockerfilePlace,
  isFolder: (path: string) => boolean,
): SiblingContext {
  const here = translated(from, context, to);
  const { dockerfilePath } = from;
  return { dockerfilePath, context, here: here !== undefined && isFolder(here) ? here : undefined };
}

function translated(from: DockerfilePlace, context: string, to: DockerfilePlace): string | undefined {
  if (context === '.') {
    // For a project of the root that may mean the workspace as well as the project's folder.
    return from.projectRoot !== '.' || to.projectRoot === '.' ? '.' : undefined;
  }
  const isBoth = context === from.projectRoot && context === parentPath(from.dockerfilePath);
  if (isBoth && to.projectRoot !== parentPath(to.dockerfilePath)) return undefined;
  if (from.projectRoot !== '.' && isInside(context, from.projectRoot))
    return to.projectRoot === '.' ? undefined : moved(context, from.projectRoot, to.projectRoot);
  const unit = siblingUnit(from);
  if (unit !== '.' && isInside(context, unit)) return moved(context, unit, siblingUnit(to));
  // `apps` for `apps/web` and `apps/api`; a folder apart is one Dockerfile's own affair.
  return isInside(to.dockerfilePath, context) ? context : undefined;
}

function moved(path: string, from: string, to: string): string {
  return joinPath(to, path.slice(from.length));
}

/** The one context that all siblings use, and who they are; undefined where they use several, or there is none. */
export function agreedContext(
  siblings: readonly SiblingContext[],
): { readonly context: string; readonly reason: string } | undefined {
  const context = siblings[0]?.here;
  if (context === undefined || siblings.some(({ here }) => here !== context)) return undefined;
  const paths = [...new Set(siblings.map(({ dockerfilePath }) => dockerfilePath))];
  const others = paths.length > 4 ? ` and ${paths.length - 3} more` : '';
  return { context, reason: `as ${paths.slice(0, others === '' ? 4 : 3).join(', ')}${others}` };
}
