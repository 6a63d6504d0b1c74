import { posix } from 'node:path';

/** Longer files describe no builds that a person has written. */
export const LONGEST_HINT_FILE = 200_000;
/** Of one folder; the rest is not read. */
export const MOST_HINT_FILES = 20;

const COMPOSE = /^(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;
const WORKFLOWS = '.github/workflows';

/** Folders in which files may describe the build of a Dockerfile: the ones above it, and where CI services look. */
export function hintFolders(dockerfile: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(dockerfile); folder !== '.'; folder = posix.dirname(folder))
    folders.push(folder);
  return [...folders, '.', WORKFLOWS];
}

/** The names in a folder that may describe builds. */
export function hintFilesIn(folder: string, names: readonly string[]): string[] {
  return names
    .filter((name) => kindOf(posix.join(folder, name)) !== undefined)
    .slice(0, MOST_HINT_FILES)
    .map((name) => posix.join(folder, name));
}

export function kindOf(path: string): 'compose' | 'workflow' | 'commands' | undefined {
  const name = posix.basename(path);
  if (posix.dirname(path) === WORKFLOWS) return /\.ya?ml$/.test(name) ? 'workflow' : undefined;
  if (COMPOSE.test(name)) return 'compose';
  return path === '.gitlab-ci.yml' ? 'commands' : undefined;
}
