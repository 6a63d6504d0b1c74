import { DockerCacheError } from '../errors';
import type { PlannedService, TaskPlan } from '../model/task';
import type { ClockPort, LoggerPort } from '../ports/logger';
import type { ServicePort } from '../ports/services';
import { lifetimeOf } from './lifetime';

const ASK_EVERY_MS = 200;
/** Lines of a service that are shown where something failed. */
const SHOWN_LINES = 30;

export interface ServicesPorts {
  readonly services: ServicePort;
  readonly clock: ClockPort;
  readonly logger: Pick<LoggerPort, 'line'>;
}

interface Started {
  readonly service: PlannedService;
  readonly id: string;
}

/**
 * Starts what a task needs beside it, waits until all of it is ready, and removes it whatever happens. What the services
 * have said is shown where they do not get ready, and where the task fails.
 * @param use gets the network; undefined where there are no services
 * @throws DockerCacheError SERVICE_FAILED, INTERRUPTED, NO_DOCKER, and what `use` throws
 */
export async function withServices<T>(
  plan: Pick<TaskPlan, 'services' | 'timeout'>,
  ports: ServicesPorts,
  signal: AbortSignal,
  use: (network: string | undefined) => Promise<T>,
  failed: (result: T) => boolean,
): Promise<T> {
  if (plan.services.length === 0) return use(undefined);
  const network = await ports.services.createNetwork(lifetimeOf(plan));
  const started: Started[] = [];
  let shown = true;
  try {
    await launchAll(plan, network, started, ports);
    await ready(started, ports, signal);
    const result = await use(network);
    shown = failed(result);
    return result;
  } catch (error) {
    // Ctrl-C reaches docker's client too, which fails in its own words.
    throw signal.aborted ? interrupted() : error;
  } finally {
    if (shown && !signal.aborted) await showLogs(started, ports);
    const ids = started.map(({ id }) => id);
    await ports.services.clear(ids, network);
  }
}

/** All of them, so that none is still being made when they are removed. */
async function launchAll(
  plan: Pick<TaskPlan, 'services' | 'timeout'>,
  network: string,
  started: Started[],
  { services: port }: ServicesPorts,
): Promise<void> {
  const lifetime = lifetimeOf(plan);
  const results = await Promise.allSettled(
    plan.services.map(async (service) =>
      started.push({ service, id: await port.launch(service, network, lifetime) }),
    ),
  );
  const problem = results.find((result) => result.status === 'rejected');
  if (problem !== undefined) throw problem.reason;
}

async function ready(started: readonly Started[], ports: ServicesPorts, signal: AbortSignal): Promise<void> {
  const { services, clock } = ports;
  const begun = clock.now();
  let waiting = started;
  while (waiting.length > 0) {
    if (signal.aborted) throw interrupted();
    const states = await services.states(waiting.map(({ id }) => id));
    const seconds = (clock.now() - begun) / 1000;
    waiting = waiting.filter(({ service }, index) => {
      const state = states[index];
      if (state?.running !== true) throw ended(service, state?.exitCode);
      if (state.healthy !== false) return false;
      if (seconds >= service.timeout) throw notReady(service);
      return true;
    });
    if (waiting.length > 0) await clock.sleep(ASK_EVERY_MS, signal);
  }
}

async function showLogs(
  started: readonly Started[],
  { services, logger }: Pick<ServicesPorts, 'services' | 'logger'>,
): Promise<void> {
  for (const { service, id } of started) {
    const lines = await services.logs(id, SHOWN_LINES);
    lines.forEach((line) => logger.line(`  ${service.name} | ${line}`));
  }
}

function ended({ name, image }: PlannedService, exitCode: number | undefined): DockerCacheError {
  return new DockerCacheError({
    code: 'SERVICE_FAILED',
    message: `the service ${name} ended before the task began`,
    expected: `a container of ${image} that runs`,
    found: exitCode === undefined ? 'none' : `one that ended with exit code ${exitCode}`,
    hint: 'Its last lines stand above; many images need variables, which `env` of the service gives.',
  });
}

function notReady({ name, image, timeout, health }: PlannedService): DockerCacheError {
  return new DockerCacheError({
    code: 'SERVICE_FAILED',
    message: `the service ${name} was not ready within ${timeout} s`,
    expected: `success of ${health ?? `the HEALTHCHECK of ${image}`}`,
    found: 'a container that runs, and whose check fails',
    hint: 'Its last lines stand above. Correct `port` or `health`, or raise `timeout` of the service.',
  });
}

function interrupted(): DockerCacheError {
  return new DockerCacheError({
    code: 'INTERRUPTED',
    message: 'the task was interrupted',
    hint: 'Run it again.',
  });
}
