import { posix } from 'node:path';
import { projectFolder } from './names';

/** Folder of all that is written into a workspace; git ignores it. */
export const STATE_FOLDER = '.nx-docker-cache';
export const DEFAULT_TARGET_NAME = 'docker-build';

/** Receipt of a project's target, relative to the workspace root; the plain target has the plain name. */
export function receiptPath(project: string, target: string): string {
  const file =
    target === DEFAULT_TARGET_NAME
      ? 'receipt.json'
      : `receipt.${target.replace(/[^A-Za-z0-9._-]+/g, '-')}.json`;
  return posix.join(STATE_FOLDER, projectFolder(project), file);
}
