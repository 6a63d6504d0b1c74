import { createRequire } from 'node:module';
import { DockerCacheError } from './errors';

type Whole = typeof import('@nx/devkit');

/** What is used of Nx at run time: what `nx` itself exports, and what only @nx/devkit has. */
export type Devkit = Pick<
  Whole,
  | 'createProjectGraphAsync'
  | 'getPackageManagerCommand'
  | 'getProjects'
  | 'logger'
  | 'parseJson'
  | 'readCachedProjectGraph'
  | 'readJson'
  | 'readJsonFile'
  | 'readNxJson'
  | 'updateJson'
  | 'updateNxJson'
  | 'workspaceRoot'
> &
  Partial<Pick<Whole, 'formatFiles'>>;

/**
 * The second is what @nx/devkit takes these functions from, whatever the versions of the two are, so it stays where it
 * is for as long as there is an @nx/devkit of another version. docs/decisions/007-nx-without-devkit.md
 */
const PLACES = ['@nx/devkit', 'nx/src/devkit-exports'];

/**
 * Nx's functions, of @nx/devkit where it is installed and of nx where it is not.
 * @param folders where to look, as node looks from there; undefined: from this package, so what runs it
 * @throws DockerCacheError UNSUPPORTED where there is neither
 */
export function devkit(folders: readonly string[] = [__dirname]): Devkit {
  const load = createRequire(__filename);
  for (const place of PLACES) {
    const path = find(place, folders, load);
    if (path !== undefined) return load(path) as Devkit;
  }
  throw new DockerCacheError({
    code: 'UNSUPPORTED',
    message: 'the functions of Nx were not found',
    expected: `nx or @nx/devkit, version 21 to 24, as seen from ${folders[0]}`,
    found: 'neither of them, or an nx that keeps its functions to itself',
    hint: 'Install the packages of the workspace (npm install); where nx is there, add @nx/devkit of its version.',
  });
}

function find(place: string, folders: readonly string[], { resolve }: NodeJS.Require): string | undefined {
  try {
    return resolve(place, { paths: [...folders] });
  } catch {
    return undefined;
  }
}
