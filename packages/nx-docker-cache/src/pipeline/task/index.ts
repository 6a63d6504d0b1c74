import { posix } from 'node:path';
import { DockerCacheError } from '../../errors';
import type { TaskOptions, TaskPlan } from '../../model/task';
import { parseTaskOptions } from '../../options/task';
import { planTask } from '../../plan/task';
import type { EnvFile } from '../../plan/task-environment';
import type { WorkspaceProject } from '../../ports/workspace';
import { formatTaskEnd, formatTaskSkip } from '../../report/task';
import { withServices } from '../../run/services';
import { runContainer, type Interrupt, type TaskEnd } from '../../run/task';
import { prepare, type Prepared } from '../prepare';
import { inReceipts, type Candidate } from './candidates';
import { interrupted, stageImage } from './image';
import { forPlatform } from './own-platform';
import type { TaskPorts } from './ports';
import { findRecord, leaveRecord } from './record';
import { obtainServices, serviceImages } from './service-images';
import { asStage } from './stage-build';
import { warnOfReach } from './warn-reach';

export type { TaskPorts } from './ports';
export type { Interrupt } from '../../run/task';

export interface TaskRequest {
  /** The build of the project whose stage it is. */
  readonly build: WorkspaceProject;
  /** Name of the target that is run, for messages. */
  readonly name: string;
  /** Raw options of the task, not validated yet. */
  readonly options: unknown;
  /** true where the task runner has just run that build, so that its receipt speaks of the files as they are. */
  readonly built: boolean;
}

export interface TaskResult {
  readonly status: 'passed' | 'skipped' | 'failed';
  /** The command's own; 124 where the time was up, as timeout(1) says it. */
  readonly exitCode: number;
  /** What ended it but the command itself. */
  readonly error: DockerCacheError | undefined;
}

const TIMED_OUT = 124;

/**
 * The whole story of one stage task: look for its record, find or build the image of its stage, run it, copy its results
 * out, leave a record. A command that fails is a result; bad input is thrown before anything is done.
 * @throws DockerCacheError
 */
export async function runTask(
  request: TaskRequest,
  ports: TaskPorts,
  interrupt: Interrupt,
): Promise<TaskResult> {
  const { name } = request;
  const build = forPlatform(request.build, ports.environment.platform);
  const options = parseTaskOptions(request.options, `the options of ${build.name}:${name}`);
  // What a killed run left is removed while this one finds out what to do.
  const leftovers = ports.containers.removeLeftovers();
  try {
    const prepared = await prepare(asStage(build, options.stage), ports, true);
    const plan = await planOf(options, prepared, ports);
    await warnOfReach(plan, prepared, ports);
    const left = await inReceipts(build, prepared, ports, request.built);
    const skipped = left.doubt === undefined ? await trySkip(plan, prepared, ports) : undefined;
    if (skipped !== undefined) return skipped;
    const image = await stageImage(build, prepared, left.images, ports, interrupt.signal);
    await obtainServices(plan.services, ports, interrupt.signal);
    const end = await withServices(
      plan,
      ports,
      interrupt.signal,
      (network) => runContainer(plan, image.reference, network, ports, interrupt),
      ({ cut, exitCode }) => cut !== undefined || exitCode !== 0,
    );
    if (end.cut === 'interrupt') throw interrupted();
    return await finish(plan, prepared, image, end, ports);
  } finally {
    const removed = await leftovers;
    if (removed > 0)
      ports.logger.line(`removed ${removed} container${removed > 1 ? 's' : ''} of a run that was killed`);
  }
}

/** What a run of the task would do. @throws DockerCacheError */
export async function planOf(
  options: TaskOptions,
  { facts, identity, skip }: Prepared,
  ports: Pick<TaskPorts, 'files' | 'tracked' | 'imageDigests' | 'engine' | 'environment'>,
): Promise<TaskPlan> {
  const envFiles = await readEnvFiles(
    options.envFile.map((written) => written.replaceAll('{projectRoot}', facts.project.root)),
    ports,
  );
  const { stage } = identity;
  return planTask({
    ...{ options, skip, envFiles, project: facts.project, workspaceRoot: facts.workspace.root },
    stage: stage.name ?? String(stage.index),
    serviceImages: await serviceImages(options.services, ports),
    host: (variable) => ports.environment.get(variable),
  });
}

async function readEnvFiles(
  paths: readonly string[],
  { files, tracked }: Pick<TaskPorts, 'files' | 'tracked'>,
): Promise<EnvFile[]> {
  const [texts, known] = await Promise.all([
    Promise.all(paths.map((path) => files.readText(path))),
    tracked(paths),
  ]);
  return paths.map((path, index) => {
    const text = texts[index];
    if (text === undefined) throw noEnvFile(path);
    return { path, text, tracked: known?.includes(posix.normalize(path)) ?? false };
  });
}

async function trySkip(
  plan: TaskPlan,
  prepared: Prepared,
  ports: TaskPorts,
): Promise<TaskResult | undefined> {
  const started = ports.clock.now();
  const found = await findRecord(plan, prepared, ports);
  if (found === undefined) return undefined;
  await ports.output.write('stdout', found.stored.log);
  const seconds = (ports.clock.now() - started) / 1000;
  report(formatTaskSkip(plan, found.stored, found.from, seconds, ports.logger.colors), ports);
  return { status: 'skipped', exitCode: 0, error: undefined };
}

async function finish(
  plan: TaskPlan,
  prepared: Prepared,
  image: Candidate,
  end: TaskEnd,
  ports: TaskPorts,
): Promise<TaskResult> {
  const passed = end.cut === undefined && end.exitCode === 0;
  const record = passed ? await leaveRecord(plan, prepared, image, end, ports) : undefined;
  report(formatTaskEnd(plan, image, end, record, ports.logger.colors), ports);
  if (end.cut === 'timeout') return { status: 'failed', exitCode: TIMED_OUT, error: timedOut(plan) };
  // An engine that ends a container without its first process saying so gives no code of its own.
  return { status: passed ? 'passed' : 'failed', exitCode: end.exitCode, error: undefined };
}

function report(lines: readonly string[], { logger }: TaskPorts): void {
  lines.forEach((line) => logger.line(line));
}

function timedOut({ timeout, shown }: TaskPlan): DockerCacheError {
  return new DockerCacheError({
    code: 'TASK_TIMEOUT',
    message: `the task was ended after ${timeout} s`,
    expected: `an end within ${timeout} s (option \`timeout\`)`,
    found: `${shown}, still running`,
    hint: 'Raise `timeout`, or see in its output what it waits for.',
  });
}

function noEnvFile(path: string): DockerCacheError {
  return new DockerCacheError({
    code: 'MISSING_SECRET',
    message: 'an env file does not exist',
    expected: `a file at ${path}`,
    found: 'nothing there',
    hint: 'Make the file, or correct the option `envFile`; paths count from the workspace root.',
  });
}
