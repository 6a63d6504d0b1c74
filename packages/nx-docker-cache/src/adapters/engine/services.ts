import { randomUUID } from 'node:crypto';
import { DockerCacheError } from '../../errors';
import type { PlannedService } from '../../model/task';
import type { ServicePort, ServiceState } from '../../ports/services';
import { exec, type ExecResult } from '../exec';
import { noDocker } from './capabilities';
import { withEnvFlags } from './env-flags';
import { labelFlags } from './owner';
import { serviceStatesSchema } from './schemas-container';

const TIMEOUT_MS = 60_000;

/** By the docker client: a service takes longer to get ready than the client to start. */
export class Services implements ServicePort {
  async createNetwork(lifetime: number | undefined): Promise<string> {
    const name = `nx-docker-cache-${randomUUID()}`;
    must(await docker(['network', 'create', ...labelFlags(lifetime), name]), 'a network for services');
    return name;
  }

  launch(service: PlannedService, network: string, lifetime: number | undefined): Promise<string> {
    const { name, reference, command, tmpfs, health } = service;
    return withEnvFlags(service.env, async (given) => {
      const flags = [
        ...['--init', '--pull', 'never', ...labelFlags(lifetime)],
        ...['--network', network, '--network-alias', name, '--hostname', name],
        // A check of the image's own is asked as often; without one this means nothing.
        ...['--health-interval', '500ms', ...(health === undefined ? [] : ['--health-cmd', health])],
        ...tmpfs.flatMap((entry) => ['--tmpfs', entry]),
        ...given.flags,
      ];
      const what = `the service ${name} (${service.image})`;
      const id = must(await docker(['create', ...flags, reference, ...command], given.env), what);
      try {
        must(await docker(['start', id]), what);
        return id;
      } catch (error) {
        await docker(['rm', '--force', '--volumes', id]);
        throw error;
      }
    });
  }

  async states(ids: readonly string[]): Promise<readonly (ServiceState | undefined)[]> {
    const { stdout } = await docker(['container', 'inspect', ...ids]);
    // What is gone is left out of the list, and an engine that is gone gives none.
    const known = serviceStatesSchema.parse(stdout === '' ? [] : JSON.parse(stdout));
    const found = new Map(known.map((one) => [one.Id, one.State]));
    return ids.map((id) => {
      const state = found.get(id);
      if (state === undefined) return undefined;
      const status = state.Health?.Status;
      return {
        running: state.Running,
        exitCode: state.ExitCode,
        healthy: status === undefined || status === 'none' ? undefined : status === 'healthy',
      };
    });
  }

  async logs(id: string, lines: number): Promise<readonly string[]> {
    const { exitCode, stdout, stderr } = await docker(['logs', '--tail', String(lines), id]);
    if (exitCode !== 0) return [];
    return `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  }

  async clear(ids: readonly string[], network: string): Promise<void> {
    if (ids.length > 0) await docker(['rm', '--force', '--volumes', ...ids]);
    await docker(['network', 'rm', network]);
  }
}

function docker(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<ExecResult> {
  return exec('docker', args, { timeout: TIMEOUT_MS, env });
}

/** @returns what the client prints */
function must({ exitCode, notFound, timedOut, stdout, stderr }: ExecResult, what: string): string {
  if (notFound) throw noDocker();
  if (exitCode === 0) return stdout.trim();
  throw new DockerCacheError({
    code: 'SERVICE_FAILED',
    message: `the engine does not make ${what}`,
    expected: 'a container beside the task, on a network of its own',
    found: timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : (stderr.trim().split('\n')[0] ?? ''),
    hint: 'Correct the option that is named, or try the same with `docker create`.',
  });
}
