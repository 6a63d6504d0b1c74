import { DockerCacheError } from '../errors';
import type { SourceFacts } from '../model/facts';
import { parseTaskOptions } from '../options/task';
import type { PublishedProject } from '../ports/workspace';
import { unanswered } from '../publish/publication';
import { withContent } from './parts';
import { identifyBuild } from './prepare';
import type { PublishPorts } from './publish-facts';
import { planOf } from './task';
import { inReceipts } from './task/candidates';
import { forPlatform } from './task/own-platform';
import { asStage } from './task/stage-build';

/**
 * Whether the stage tasks of a project have passed over what is published: the registry has the record of each, under
 * the very key that running it now would look for. Of a task whose runs leave no record nobody can tell, and that proves
 * as little as one that was not found.
 * @throws DockerCacheError TASK_UNPROVEN, PUBLISH_FAILED where the registry does not answer
 */
export async function checkTasks(...asked: Parameters<typeof unprovenTasks>): Promise<void> {
  const unproven = await unprovenTasks(...asked);
  if (unproven.length > 0) throw unknownTasks(asked[0].name, unproven);
}

export type ProofPorts = Pick<
  PublishPorts,
  | 'source'
  | 'engine'
  | 'files'
  | 'logger'
  | 'environment'
  | 'workspace'
  | 'content'
  | 'imageDigests'
  | 'tracked'
> & { readonly registry: Pick<PublishPorts['registry'], 'headManifest'> };

/**
 * The stage tasks of a project that are not known to have passed.
 * @throws DockerCacheError PUBLISH_FAILED where the registry does not answer
 */
export async function unprovenTasks(
  project: PublishedProject,
  source: SourceFacts,
  ports: ProofPorts,
  signal: AbortSignal,
): Promise<Unproven[]> {
  const asked = await Promise.all(
    Object.entries(project.tasks).map(async ([task, options]) => ({
      task,
      reason: await whyUnproven({ project, task, options }, source, ports, signal),
    })),
  );
  return asked.flatMap(({ task, reason }) => (reason === undefined ? [] : [{ task, reason }]));
}

interface Unproven {
  readonly task: string;
  readonly reason: Reason;
}

/** Why a task is not known to have passed. */
interface Reason {
  readonly found: string;
  /** What makes running it leave what is looked for; undefined where nothing does. */
  readonly flags: string | undefined;
}

function unknownTasks(project: string, unproven: readonly Unproven[]): DockerCacheError {
  const sorted = [...unproven].sort((left, right) => (left.task < right.task ? -1 : 1));
  const commands = sorted
    .filter(({ reason }) => reason.flags !== undefined)
    .map(({ task, reason }) => `nx-docker-cache run ${project} ${task}${reason.flags ?? ''}`);
  const others = sorted.filter(({ reason }) => reason.flags === undefined).map(({ task }) => task);
  const hints = [
    ...(commands.length > 0 ? [`Run it first: ${commands.join(' && ')}.`] : []),
    ...(others.length > 0
      ? [`No run of ${others.join(', ')} can be found again: with Nx, let the publish target depend on it.`]
      : []),
    'To publish all the same: --no-tasks (`tasks: false`).',
  ];
  return new DockerCacheError({
    code: 'TASK_UNPROVEN',
    message: `${sorted.map(({ task }) => task).join(', ')} of ${project} ${sorted.length === 1 ? 'is' : 'are'} not known to have passed`,
    expected: 'a record in the registry that says so for these files, with these options and variables',
    found: sorted.map(({ task, reason }) => `${task}: ${reason.found}`).join('\n'),
    hint: hints.join(' '),
  });
}

interface Asked {
  readonly project: PublishedProject;
  readonly task: string;
  /** Raw. */
  readonly options: unknown;
}

/** undefined where it has passed. */
async function whyUnproven(
  { project: { name, root, build }, task, options: raw }: Asked,
  source: SourceFacts,
  ports: ProofPorts,
  signal: AbortSignal,
): Promise<Reason | undefined> {
  // One that is run again each time leaves a record all the same.
  const options = { ...parseTaskOptions(raw, `the options of ${name}:${task}`), skip: true };
  const known = { ...ports, source: { facts: () => Promise.resolve(source) } };
  const whole = forPlatform({ name, root, ...build }, ports.environment.platform);
  const stage = await identifyBuild(asStage(whole, options.stage), known);
  const prepared = await withContent(stage, ports, { beside: false, builds: false });
  const { record } = await planOf(options, prepared, ports);
  for (const reference of record.read) {
    try {
      if ((await ports.registry.headManifest(reference, { signal })) !== undefined) return undefined;
    } catch (error) {
      throw unanswered(reference, error);
    }
  }
  if (record.read.length > 0) {
    // A build may find out that the key proves nothing; then no run leaves a record.
    const { doubt } = await inReceipts(whole, prepared, ports, false);
    const found =
      doubt === undefined ? 'no record of it' : `no record of it: the last build says that ${doubt}`;
    return { found, flags: record.write === undefined ? ' --push' : '' };
  }
  return {
    found: `its runs leave no record: ${record.obstacle ?? 'it has `record: false`'}`,
    flags: undefined,
  };
}
