import { DockerCacheError } from '../errors';
import type { SourceFacts } from '../model/facts';
import { parseTaskOptions } from '../options/task';
import type { PublishedProject } from '../ports/workspace';
import { unanswered } from '../publish/publication';
import { withContent } from './parts';
import { identifyBuild } from './prepare';
import type { PublishPorts } from './publish-facts';
import { planOf } from './task';
import { forPlatform } from './task/own-platform';
import { asStage } from './task/stage-build';

/**
 * Whether the stage tasks of a project have passed over what is published: the registry has the record of each, under
 * the very key that running it now would look for. Where runs of a task leave no record here, nobody can tell, and that
 * is a warning.
 * @throws DockerCacheError TASK_UNPROVEN, PUBLISH_FAILED where the registry does not answer
 */
export async function checkTasks(
  project: PublishedProject,
  source: SourceFacts,
  ports: PublishPorts,
  signal: AbortSignal,
): Promise<void> {
  const unproven = await Promise.all(
    Object.entries(project.tasks ?? {}).map(async ([task, options]) =>
      (await isProven({ project, task, options }, source, ports, signal)) ? [] : [task],
    ),
  );
  const tasks = unproven.flat().sort();
  if (tasks.length === 0) return;
  const { name } = project;
  const commands = tasks.map((task) => `nx-docker-cache run ${name} ${task}`).join(' && ');
  throw new DockerCacheError({
    code: 'TASK_UNPROVEN',
    message: `${tasks.join(', ')} of ${name} ${tasks.length === 1 ? 'is' : 'are'} not known to have passed`,
    expected: 'a record in the registry that says so for these files, with these options and variables',
    found: 'none',
    hint: `Run it first: ${commands}. To publish all the same: --no-tasks.`,
  });
}

interface Asked {
  readonly project: PublishedProject;
  readonly task: string;
  /** Raw. */
  readonly options: unknown;
}

async function isProven(
  { project: { name, root, build }, task, options: raw }: Asked,
  source: SourceFacts,
  ports: PublishPorts,
  signal: AbortSignal,
): Promise<boolean> {
  // One that is run again each time leaves a record all the same.
  const options = { ...parseTaskOptions(raw, `the options of ${name}:${task}`), skip: true };
  const known = { ...ports, source: { facts: () => Promise.resolve(source) } };
  const whole = forPlatform({ name, root, ...build }, ports.environment.platform);
  const stage = await identifyBuild(asStage(whole, options.stage), known);
  const prepared = await withContent(stage, ports, { beside: false, builds: false });
  const { record } = await planOf(options, prepared, ports);
  if (record.write === undefined) {
    const reason = record.obstacle ?? 'its runs leave no record here';
    ports.logger.warn(`whether ${task} of ${name} has passed is not known: ${reason}`);
    return true;
  }
  for (const reference of record.read) {
    try {
      if ((await ports.registry.headManifest(reference, { signal })) !== undefined) return true;
    } catch (error) {
      throw unanswered(reference, error);
    }
  }
  return false;
}
