import type { JudgedBuild } from '../../affected';
import { DockerCacheError } from '../../errors';
import type { SurveyedProject } from '../../model/survey';

/**
 * Turborepo runs scripts of packages, and nothing where there is none: an agent that is told such a folder would be done at
 * once, and green. Where builds of a workspace are scripts, one that is none is refused.
 * @param projects all of the workspace
 * @returns what is worth knowing, for people: a workspace whose builds are no scripts is not built through Turborepo
 * @throws DockerCacheError NO_TARGET
 */
export function checkScripts(builds: readonly JudgedBuild[], projects: readonly SurveyedProject[]): string[] {
  const tasks = new Map(projects.map(({ name, targets }) => [name, targets]));
  const missing = builds.filter(
    ({ project, target }) => !Object.hasOwn(tasks.get(project.name) ?? {}, target),
  );
  if (missing.length === 0) return [];
  const target = missing[0]!.target;
  const isUsed = projects.some((project) =>
    project.builds.some((build) => Object.hasOwn(project.targets, build.target)),
  );
  if (!isUsed)
    return [
      `\`turbo run ${target}\` builds none of these images, as no package has such a task: run nx-docker-cache init, or build with nx-docker-cache build`,
    ];
  throw new DockerCacheError({
    code: 'NO_TARGET',
    message: `Turborepo would leave out ${missing.length} of ${builds.length} images without a word`,
    expected: `a task ${target} of each, as others have it: a script in its package.json, and for the root //#${target} in turbo.json`,
    found: `none for ${missing.map(({ project }) => `${project.name} (${project.root})`).join(', ')}`,
    hint: 'nx-docker-cache init writes both. What is no package of the workspace is none for Turborepo: give the folder a package.json, and name it in the workspaces.',
  });
}
