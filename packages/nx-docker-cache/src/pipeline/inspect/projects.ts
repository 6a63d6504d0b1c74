import { posix } from 'node:path';
import type { SurveyedProject, WorkspaceSurvey } from '../../model/survey';
import { DEFAULT_TARGET_NAME } from '../../plan';

/**
 * In a plain folder nothing says what a project is; there it is each folder with a Dockerfile, under the name by
 * which `build` knows it.
 */
export function completed(
  survey: WorkspaceSurvey,
  dockerfiles: readonly string[],
  workspaceRoot: string,
): WorkspaceSurvey {
  if (survey.projects.length > 0) return survey;
  const folders = dockerfiles.filter((path) => isPlainName(path)).map((path) => posix.dirname(path));
  const projects = [...new Set(folders)].map((root): SurveyedProject => ({
    name: posix.basename(root === '.' ? workspaceRoot : root),
    ...{ root, targets: {}, dependencies: [], dependenciesKnown: false },
    builds: [{ target: DEFAULT_TARGET_NAME, options: {} }],
  }));
  return { ...survey, projects };
}

/** The names that a build looks for by itself. */
export function isPlainName(path: string): boolean {
  return /^(?:Dockerfile|Containerfile)$/.test(posix.basename(path));
}
