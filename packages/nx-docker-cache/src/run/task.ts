import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { TaskPlan } from '../model/task';
import type { ContainerPort, ContainerState, TaskOutputPort } from '../ports/container';
import type { ClockPort } from '../ports/logger';
import { TaskLog } from './task-log';

/** Time between the first signal and SIGKILL: long enough for a test runner to write what it has. */
const GRACE_MS = 10_000;

export interface TaskPorts {
  readonly containers: ContainerPort;
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
}

/**
 * Runs a task in a container of its own, which is removed whatever happens.
 * @param image reference by digest, or id, of an image that the engine has
 * @param network of its services; undefined: the one that the plan names
 * @throws DockerCacheError CONTAINER_FAILED, NO_DOCKER
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
  const id = await containers.create({ image, settings, command, env });
  try {
    const started = clock.now();
    const log = new TaskLog();
    const cut = await attach(id, plan, log, ports, interrupt);
    const seconds = (clock.now() - started) / 1000;
    const state = await containers.state(id);
    if (state.running) throw lost();
    const { exitCode, outOfMemory } = state;
    // Who interrupts a task wants to be gone; who set a limit wants to know what was going on.
    const copied = cut === 'interrupt' ? NOTHING : await copyAll(id, plan, state, containers);
    return { cut, exitCode, outOfMemory, seconds, log, ...copied };
  } finally {
    await containers.remove(id);
  }
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

type Copied = Pick<TaskEnd, 'paths' | 'bytes' | 'missing' | 'refused'>;
const NOTHING: Copied = { paths: [], bytes: 0, missing: [], refused: [] };

async function copyAll(
  id: string,
  { outputs }: TaskPlan,
  { workdir }: ContainerState,
  containers: ContainerPort,
): Promise<Copied> {
  const results = await Promise.all(
    outputs.map(async ({ from, to }) => ({
      from,
      copied: await containers.copyOut(id, posix.resolve('/', workdir, from), to),
    })),
  );
  const there = results.flatMap(({ copied }) => copied ?? []);
  return {
    paths: there.flatMap(({ paths }) => paths),
    bytes: there.reduce((sum, { bytes }) => sum + bytes, 0),
    missing: results.filter(({ copied }) => copied === undefined).map(({ from }) => from),
    refused: there.flatMap(({ refused }) => refused),
  };
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
