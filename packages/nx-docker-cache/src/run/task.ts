import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { CopiedOutputs, TaskPlan } from '../model/task';
import type { ContainerPort, ContainerState, TaskOutputPort } from '../ports/container';
import type { ClockPort } from '../ports/logger';
import type { ResultPlacesPort } from '../ports/results';
import { lifetimeOf } from './lifetime';
import { TaskLog } from './task-log';

/** Time between the first signal and SIGKILL: long enough for a test runner to write what it has. */
const GRACE_MS = 10_000;

export interface TaskPorts {
  readonly containers: ContainerPort;
  readonly results: ResultPlacesPort;
  readonly output: TaskOutputPort;
  readonly clock: ClockPort;
}

export interface Interrupt {
  readonly signal: AbortSignal;
  /** Name of the signal that fired it, for instance `SIGINT`. */
  readonly received: () => string | undefined;
}

export interface TaskEnd {
  /** What ended it before its own end. */
  readonly cut: 'timeout' | 'interrupt' | undefined;
  readonly exitCode: number;
  readonly outOfMemory: boolean;
  readonly seconds: number;
  readonly log: TaskLog;
  /** Files and links that were copied out, relative to the workspace root. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** Outputs that the container does not have. */
  readonly missing: readonly string[];
  /** What was not copied, with the reason. */
  readonly refused: readonly string[];
  /** Places of results where other files stay beside them. */
  readonly kept: readonly string[];
}

/**
 * Runs a task in a container of its own, which is removed whatever happens.
 * @param image reference by digest, or id, of an image that the engine has
 * @param network of its services; undefined: the one that the plan names
 * @throws DockerCacheError CONTAINER_FAILED, also where a command passed whose results cannot be had; NO_DOCKER
 */
export async function runContainer(
  plan: TaskPlan,
  image: string,
  network: string | undefined,
  ports: TaskPorts,
  interrupt: Interrupt,
): Promise<TaskEnd> {
  const { containers, clock } = ports;
  const { command, env } = plan;
  const settings = network === undefined ? plan.settings : { ...plan.settings, network };
  const id = await containers.create({ image, settings, command, env, lifetime: lifetimeOf(plan) });
  try {
    const started = clock.now();
    const log = new TaskLog();
    const { cut, state } = await untilEnd(id, plan, log, ports, interrupt);
    const seconds = (clock.now() - started) / 1000;
    const { exitCode, outOfMemory } = state;
    // Who interrupts a task wants to be gone; who set a limit wants to know what was going on.
    const copied = cut === 'interrupt' ? NOTHING : await copyAll(id, plan, state, cut === undefined, ports);
    return { cut, exitCode, outOfMemory, seconds, log, ...copied };
  } finally {
    await containers.remove(id);
  }
}

/** @returns the state of a container that ran to its end, or that the engine could not start, or that was cut off */
async function untilEnd(
  id: string,
  plan: TaskPlan,
  log: TaskLog,
  ports: TaskPorts,
  interrupt: Interrupt,
): Promise<{ readonly cut: TaskEnd['cut']; readonly state: ContainerState }> {
  const once = async () => ({
    cut: await attach(id, plan, log, ports, interrupt),
    state: await ports.containers.state(id),
  });
  let end = await once();
  // The connection broke before the engine read what was asked of it.
  if (neverRan(end)) end = await once();
  if (neverRan(end)) throw notStarted();
  if (end.state.running) throw lost();
  return end;
}

/** Its exit code is 0, which says nothing. One that could not be started has another, as its program's is. */
function neverRan({ cut, state }: { readonly cut: TaskEnd['cut']; readonly state: ContainerState }): boolean {
  return cut === undefined && !state.running && !state.finished && state.exitCode === 0;
}

async function attach(
  id: string,
  { timeout }: TaskPlan,
  log: TaskLog,
  { containers, output, clock }: TaskPorts,
  { signal, received }: Interrupt,
): Promise<TaskEnd['cut']> {
  if (signal.aborted) return 'interrupt';
  let cut: TaskEnd['cut'];
  const timers: (() => void)[] = [];
  const stop = (why: NonNullable<TaskEnd['cut']>, name: string): void => {
    if (cut !== undefined) return;
    cut = why;
    void containers.kill(id, name);
    timers.push(clock.every(GRACE_MS, () => void containers.kill(id, 'SIGKILL')));
  };
  const onAbort = (): void => stop('interrupt', received() ?? 'SIGTERM');
  signal.addEventListener('abort', onAbort);
  if (timeout !== undefined) timers.push(clock.every(timeout * 1000, () => stop('timeout', 'SIGTERM')));
  try {
    await containers.start(id, async (channel, chunk) => {
      log.add(chunk);
      await output.write(channel, chunk);
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    timers.forEach((cancel) => cancel());
  }
  return cut;
}

type Copied = Pick<TaskEnd, 'paths' | 'bytes' | 'missing' | 'refused' | 'kept'>;
const NOTHING: Copied = { paths: [], bytes: 0, missing: [], refused: [], kept: [] };

async function copyAll(
  id: string,
  { outputs }: TaskPlan,
  { workdir, exitCode }: ContainerState,
  whole: boolean,
  { containers, results: places }: TaskPorts,
): Promise<Copied> {
  // All of them before the first copy: one may lie in another.
  const { kept, problems } = await places.clear(
    outputs.filter(({ replaced }) => replaced).map(({ to }) => to),
  );
  const passed = whole && exitCode === 0;
  if (passed && problems.length > 0) throw uncleared(problems);
  const copy = async (from: string, to: string): Promise<CopiedOutputs | undefined> => {
    try {
      return await containers.copyOut(id, posix.resolve('/', workdir, from), to);
    } catch (error) {
      // Without its results a task has not passed; one that has failed keeps its own reason.
      if (passed) throw error;
      return { paths: [], bytes: 0, refused: [`${from}: ${(error as Error).message}`] };
    }
  };
  const results = await Promise.all(
    outputs.map(async ({ from, to }) => ({ from, copied: await copy(from, to) })),
  );
  const there = results.flatMap(({ copied }) => copied ?? []);
  return {
    paths: there.flatMap(({ paths }) => paths),
    bytes: there.reduce((sum, { bytes }) => sum + bytes, 0),
    missing: results.filter(({ copied }) => copied === undefined).map(({ from }) => from),
    refused: [...problems, ...there.flatMap(({ refused }) => refused)],
    kept,
  };
}

/** Results of two runs in one place say something about neither. */
function uncleared(problems: readonly string[]): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message: 'the command passed, and its results cannot take their place',
    expected:
      'a place that may be emptied first, so that nothing of an earlier run passes for a result of this one',
    found: problems.join('\n'),
    hint: 'Remove what is there, or give the output another place: {"from": …, "to": …}.',
  });
}

function notStarted(): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message: 'the container of the task never started',
    expected: 'a container that has run and ended',
    found: 'one that was made and not started, after two attempts',
    hint: 'Look at what the engine logged; the container was removed.',
  });
}

function lost(): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message: 'the output of the task broke off while it was running',
    expected: 'an engine that stays until the task has ended',
    found: 'a container that still runs, and a docker client that has ended',
    hint: 'Look at what the engine logged; the container was removed.',
  });
}
