import { posix } from 'node:path';
import { projectFolder } from './names';
import { slug } from './slug';

/** Folder of all that is written into a workspace; git ignores it. */
export const STATE_FOLDER = '.nx-docker-cache';
/** Longest file name that is made of a stage's. */
const MAX_NAME = 100;
export const DEFAULT_TARGET_NAME = 'docker-build';

/**
 * The file that says what a stage is made of, relative to the workspace root: a task in the stage depends on this and
 * not on the receipt, which is another one after every run.
 */
export function stageKeyPath(project: string, target: string, stage: string): string {
  return posix.join(stageKeysFolder(project, target), `${slug(stage, MAX_NAME)}.key`);
}

/** Folder of these files. */
export function stageKeysFolder(project: string, target: string): string {
  return receiptPath(project, target).replace(/receipt([^/]*)\.json$/, 'stages$1');
}

/** Receipt of a project's target, relative to the workspace root; the plain target has the plain name. */
export function receiptPath(project: string, target: string): string {
  const file =
    target === DEFAULT_TARGET_NAME
      ? 'receipt.json'
      : `receipt.${target.replace(/[^A-Za-z0-9._-]+/g, '-')}.json`;
  return posix.join(STATE_FOLDER, projectFolder(project), file);
}
