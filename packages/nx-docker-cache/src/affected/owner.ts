import { isInside } from '../layout/paths';
import type { ProjectMap } from '../layout/project-map';
import type { Cause } from './reasons';

export interface Owners {
  readonly project: { readonly name: string; readonly root: string };
  readonly projects: ProjectMap;
}

/** The cause that a file which a build reads is, by whose it is. @param at where the build reads it, for people */
export function ownCause(
  path: string,
  at: string,
  line: number | undefined,
  { project, projects }: Owners,
): Cause {
  const owner = path.startsWith('..') ? undefined : projects.ownerOf(path);
  if (
    owner?.root === project.root ||
    (owner === undefined && project.root !== '.' && isInside(path, project.root))
  )
    return { kind: 'source', line, project: undefined, text: `own source, ${at}` };
  return owner === undefined || owner.root === '.'
    ? { kind: 'root', line, project: undefined, text: at }
    : { kind: 'library', line, project: owner.name, text: `project ${owner.name}, ${at}` };
}
