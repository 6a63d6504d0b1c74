import type { JudgedBuild } from '../../affected';
import { DockerCacheError } from '../../errors';
import type { ShardTask } from '../../model/matrix';
import type { SurveyedProject } from '../../model/survey';
import { namedTasks } from '../../options/named-tasks';
import { taskScript } from '../../setup/model';

/** What runs in stages of builds once these are there, in the order of the builds. */
export function stageTasks(
  builds: readonly Pick<JudgedBuild, 'project' | 'target'>[],
  projects: readonly SurveyedProject[],
): ShardTask[] {
  const known = new Map(projects.map((project) => [project.name, project]));
  return builds.flatMap(({ project: { name }, target }) => {
    const options = known.get(name)?.builds.find((build) => build.target === target)?.options;
    return Object.keys(namedTasks(options)).map((task) => ({
      ...{ project: name, task },
      script: taskScript(task),
    }));
  });
}

/**
 * Turborepo runs nothing, and says nothing, for a package without the script: a test that has none would be green. Where
 * packages have such scripts, one without is refused.
 * @param builds those that Turborepo runs
 * @returns what is worth knowing, for people: a task that no package has is an error of Turborepo's own
 * @throws DockerCacheError NO_TARGET
 */
export function checkTaskScripts(
  builds: readonly JudgedBuild[],
  projects: readonly SurveyedProject[],
): string[] {
  const known = new Map(projects.map((project) => [project.name, project]));
  const isScript = ({ project, script }: ShardTask): boolean =>
    Object.hasOwn(known.get(project)?.targets ?? {}, script);
  const missing = stageTasks(builds, projects).filter((task) => !isScript(task));
  const used = new Set(projects.flatMap(({ targets }) => Object.keys(targets)));
  const silent = missing.filter(({ script }) => used.has(script));
  if (silent.length === 0)
    return [...new Set(missing.map(({ script }) => script))].map(
      (script) => `no package has the task ${script}, which stage tasks need: run nx-docker-cache init`,
    );
  const named = silent.map(
    ({ project, script }) => `${script} of ${project} (${known.get(project)?.root ?? '?'})`,
  );
  throw new DockerCacheError({
    code: 'NO_TARGET',
    message: `Turborepo would leave out ${silent.length} ${silent.length === 1 ? 'stage task' : 'stage tasks'} without a word`,
    expected: 'a script for each in its package.json, and for the root a task //#docker-<name> in turbo.json',
    found: `none for ${named.join(', ')}`,
    hint: 'nx-docker-cache init writes both.',
  });
}
