import type { JudgedBuild } from '../../affected';
import { DockerCacheError } from '../../errors';
import type { SurveyedProject } from '../../model/survey';
import { namesTurbo, runsThroughTurbo } from '../../setup';
import { checkTaskScripts } from './tasks';

/**
 * Turborepo runs scripts of packages, and nothing where there is none: an agent that is told such a folder would be done at
 * once, and green. Where builds of a workspace are scripts, one that is none is refused.
 * @param projects all of the workspace
 * @returns what is worth knowing, for people: a workspace whose builds are no scripts is not built through Turborepo
 * @throws DockerCacheError NO_TARGET
 */
export function checkScripts(builds: readonly JudgedBuild[], projects: readonly SurveyedProject[]): string[] {
  const known = new Map(projects.map((project) => [project.name, project]));
  const tasksOf = ({ project }: JudgedBuild) => known.get(project.name)?.targets ?? {};
  for (const build of builds) {
    const { script } = Object.hasOwn(tasksOf(build), build.target) ? tasksOf(build)[build.target]! : {};
    if (script !== undefined && runsItself(build, script, known.get(build.project.name)?.packageName))
      throw goesInCircles(build, script);
  }
  const missing = builds.filter((build) => !Object.hasOwn(tasksOf(build), build.target));
  if (missing.length === 0) return checkTaskScripts(builds, projects);
  const target = missing[0]!.target;
  const isUsed = projects.some((project) =>
    project.builds.some((build) => Object.hasOwn(project.targets, build.target)),
  );
  if (!isUsed)
    return [
      `\`turbo run ${target}\` builds none of these images, as no package has such a task: run nx-docker-cache init, or build with nx-docker-cache build`,
    ];
  const named = missing.map(({ project: { name, root } }) => {
    const isNameless = root !== '.' && known.get(name)?.packageName === undefined;
    return `${name} (${root}${isNameless ? ', no package with a name' : ''})`;
  });
  throw new DockerCacheError({
    code: 'NO_TARGET',
    message: `Turborepo would leave out ${missing.length} of ${builds.length} images without a word`,
    expected: `a task ${target} of each, as others have it: a script in its package.json, and for the root //#${target} in turbo.json`,
    found: `none for ${named.join(', ')}`,
    hint: 'nx-docker-cache init writes both. Turborepo knows a folder by the name in its package.json, if the workspaces name the folder; a script of the root that runs turbo itself cannot be its task: call that one otherwise first.',
  });
}

/** In the root's script Turborepo refuses any call of itself; in a package's one of the same task would never end. */
function runsItself(
  { project, target }: JudgedBuild,
  script: string,
  packageName: string | undefined,
): boolean {
  return project.root === '.'
    ? namesTurbo(script)
    : runsThroughTurbo(script, [target, `${packageName ?? project.name}#${target}`]);
}

function goesInCircles({ project, target }: JudgedBuild, script: string): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_TARGET',
    message: `the task ${target} of ${project.name} (${project.root}) runs turbo itself, and so on in circles`,
    expected: 'a script that builds the image: nx-docker-cache build .',
    found: `"${target}": "${script}"`,
    hint: `Call that script otherwise${project.root === '.' ? `, or take //#${target} out of turbo.json` : ''}; nx-docker-cache init then writes the one that builds.`,
  });
}
