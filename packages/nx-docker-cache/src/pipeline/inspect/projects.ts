import { posix } from 'node:path';
import type { SurveyedProject } from '../../model/survey';
import { DEFAULT_TARGET_NAME } from '../../plan';
import type { BuiltProject } from '../../ports/workspace';

/**
 * In a plain folder nothing says what a project is; there it is each folder with a Dockerfile, under the name by
 * which `build` knows it.
 */
export function completed<T extends BuiltProject>(
  known: readonly T[],
  dockerfiles: readonly string[],
  workspaceRoot: string,
): readonly (T | SurveyedProject)[] {
  if (known.length > 0) return known;
  const folders = dockerfiles.filter((path) => isPlainName(path)).map((path) => posix.dirname(path));
  return [...new Set(folders)].map((root) => ({
    name: posix.basename(root === '.' ? workspaceRoot : root),
    ...{ root, targets: {}, dependencies: [], dependenciesKnown: false },
    builds: [{ target: DEFAULT_TARGET_NAME, options: {} }],
  }));
}

/** The names that a build looks for by itself. */
export function isPlainName(path: string): boolean {
  return /^(?:Dockerfile|Containerfile)$/.test(posix.basename(path));
}
