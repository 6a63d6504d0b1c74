import type { Readable } from 'node:stream';
import { DockerCacheError } from '../../errors';
import type { CopiedOutputs } from '../../model/task';
import type { ContainerPort, ContainerSpec, ContainerState, OutputChannel } from '../../ports/container';
import { runChild } from '../child';
import { exec, type ExecResult } from '../exec';
import { unpack } from '../results/unpack';
import { noDocker } from './capabilities';
import { containerFlags } from './container-flags';
import { withEnvFlags } from './env-flags';
import { isOrphaned, OWNER_LABEL, ownerOf } from './owner';
import { containerState } from './schemas-container';

const TIMEOUT_MS = 60_000;

/** Containers by the docker client, which knows what contexts and hosts mean, and who may pull what. */
export class ClientContainers implements ContainerPort {
  readonly #root: string;

  /** @param root absolute path of the workspace */
  constructor(root: string) {
    this.#root = root;
  }

  async removeLeftovers(): Promise<number> {
    const orphans = await this.#orphans('ps', '--all');
    await Promise.all(orphans.map((id) => this.remove(id)));
    // One that still has containers cannot be removed, and they have gone now.
    const networks = await this.#orphans('network', 'ls');
    await Promise.all(networks.map((id) => this.#docker(['network', 'rm', id])));
    return orphans.length;
  }

  async pull(reference: string, signal: AbortSignal): Promise<string | undefined> {
    let text = '';
    const { exitCode } = await runChild('docker', ['pull', '--quiet', reference], {
      signal,
      onStderr: async (stderr) => {
        for await (const chunk of stderr) text = (text + String(chunk)).slice(-4_000);
      },
    });
    return exitCode === 0 ? undefined : (lastLine(text) ?? `docker pull ended with ${exitCode}`);
  }

  create({ image, settings, command, env }: ContainerSpec): Promise<string> {
    return withEnvFlags(env, async (given) => {
      const own = ['--init', '--pull', 'never', '--label', `${OWNER_LABEL}=${ownerOf()}`];
      const flags = [...own, ...containerFlags(settings), ...given.flags];
      const result = await exec('docker', ['create', ...flags, image, ...command], {
        cwd: this.#root,
        timeout: TIMEOUT_MS,
        env: given.env,
      });
      if (result.notFound) throw noDocker();
      if (result.exitCode !== 0) throw notMade(reasonOf(result));
      return result.stdout.trim();
    });
  }

  async start(
    id: string,
    onOutput: (channel: OutputChannel, chunk: Uint8Array) => Promise<void>,
  ): Promise<void> {
    const hand = (channel: OutputChannel) => async (stream: Readable) => {
      for await (const chunk of stream) await onOutput(channel, chunk as Uint8Array);
    };
    await runChild('docker', ['start', '--attach', id], {
      // The client would pass Ctrl-C on by itself; who ends the task is the pipeline's to say.
      detached: true,
      onStdout: hand('stdout'),
      onStderr: hand('stderr'),
    });
  }

  async state(id: string): Promise<ContainerState> {
    const result = await this.#docker(['container', 'inspect', '--format', '{{json .}}', id]);
    if (result.exitCode !== 0) throw gone(reasonOf(result));
    return containerState(JSON.parse(result.stdout));
  }

  async kill(id: string, signal: string): Promise<void> {
    await this.#docker(['kill', '--signal', signal, id]);
  }

  async copyOut(id: string, from: string, to: string): Promise<CopiedOutputs | undefined> {
    let copied: CopiedOutputs | undefined;
    const { exitCode } = await runChild('docker', ['cp', `${id}:${from}`, '-'], {
      onStdout: async (stdout) => {
        copied = await unpack(stdout, { root: this.#root, places: [to], rename: to });
      },
    });
    return exitCode === 0 ? copied : undefined;
  }

  async remove(id: string): Promise<void> {
    await this.#docker(['rm', '--force', '--volumes', id]);
  }

  /** Ids of what runs of this machine have left. @param list command that lists them */
  async #orphans(...list: string[]): Promise<string[]> {
    const format = `{{.ID}} {{.Label "${OWNER_LABEL}"}}`;
    const filter = ['--no-trunc', '--filter', `label=${OWNER_LABEL}`, '--format', format];
    const { stdout } = await this.#docker([...list, ...filter]);
    return stdout.split('\n').flatMap((line) => {
      const space = line.indexOf(' ');
      return space > 0 && isOrphaned(line.slice(space + 1)) ? [line.slice(0, space)] : [];
    });
  }

  #docker(args: readonly string[]): Promise<ExecResult> {
    return exec('docker', args, { timeout: TIMEOUT_MS });
  }
}

/** @param reason what the engine says */
export function notMade(reason: string): DockerCacheError {
  return failed('the container of the task could not be made', reason);
}

export function gone(reason: string): DockerCacheError {
  return failed('the container of the task is gone', reason);
}

function failed(message: string, found: string): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message,
    expected: 'an engine that runs containers from this image',
    found,
    hint: 'Correct the option that is named, or try the same with `docker create`.',
  });
}

function reasonOf({ stderr, timedOut }: ExecResult): string {
  return timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : (lastLine(stderr) ?? 'no reason was given');
}

/** Of what docker says, not the advice to read its help. */
function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Run|See) 'docker /.test(line))
    .at(-1);
}
