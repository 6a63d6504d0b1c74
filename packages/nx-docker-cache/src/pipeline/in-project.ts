import { posix } from 'node:path';

/** A path of the options, relative to the workspace root. */
export function inProject(path: string, project: { readonly root: string }): string {
  return posix.normalize(path.replaceAll('{projectRoot}', project.root).replaceAll('{workspaceRoot}', '.'));
}
