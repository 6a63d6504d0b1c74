import type { Readable } from 'node:stream';
import { DockerCacheError } from '../../errors';
import type { CopiedOutputs } from '../../model/task';
import type { ContainerPort, ContainerSpec, ContainerState, OutputChannel } from '../../ports/container';
import { runChild } from '../child';
import { exec, type ExecResult } from '../exec';
import { unpack } from '../results/unpack';
import { noDocker } from './capabilities';
import { withEnvFlags } from './env-flags';
import { isOrphaned, OWNER_LABEL, ownerOf } from './owner';
import { localSocket, readDockerConfig } from './plugin';
import { containerSchema, containersSchema } from './schemas-container';
import { socketCall, socketGet } from './socket-get';

const TIMEOUT_MS = 60_000;

/**
 * Containers of stage tasks, by the docker client, which knows what contexts and hosts mean and reads flags as its users
 * know them. Short questions go to the engine's socket where there is one: a start of the client takes 50 ms.
 */
export class Containers implements ContainerPort {
  readonly #root: string;
  readonly #socket: string | undefined;

  /** @param root absolute path of the workspace */
  constructor(root: string, env: Readonly<Record<string, string | undefined>>) {
    this.#root = root;
    this.#socket = localSocket(env, readDockerConfig(env));
  }

  async removeLeftovers(): Promise<number> {
    try {
      const orphans = (await this.#owned()).filter(({ owner }) => isOrphaned(owner));
      await Promise.all(orphans.map(({ id }) => this.remove(id)));
      return orphans.length;
    } catch {
      // No engine, or one that does not answer: who needs it will say so.
      return 0;
    }
  }

  async pull(reference: string, signal: AbortSignal): Promise<string | undefined> {
    const errors = new Tail();
    const { exitCode } = await runChild('docker', ['pull', '--quiet', reference], {
      signal,
      onStderr: (stderr) => errors.read(stderr),
    });
    return exitCode === 0 ? undefined : (errors.line ?? `docker pull ended with ${exitCode}`);
  }

  create({ image, flags, command, env }: ContainerSpec): Promise<string> {
    return withEnvFlags(env, async (given) => {
      const own = ['--init', '--pull', 'never', '--label', `${OWNER_LABEL}=${ownerOf()}`];
      const result = await exec('docker', ['create', ...own, ...flags, ...given.flags, image, ...command], {
        cwd: this.#root,
        timeout: TIMEOUT_MS,
        env: given.env,
      });
      if (result.notFound) throw noDocker();
      if (result.exitCode !== 0) throw failed('the container of the task could not be made', result);
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
    const { State, Config } = containerSchema.parse(await this.#inspect(id));
    return {
      running: State.Running,
      exitCode: State.ExitCode,
      outOfMemory: State.OOMKilled ?? false,
      error: State.Error ?? '',
      workdir: Config.WorkingDir === '' ? '/' : Config.WorkingDir,
    };
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
    try {
      if (this.#socket !== undefined) {
        await socketCall(this.#socket, 'DELETE', `/containers/${id}?force=1&v=1`);
        return;
      }
    } catch {
      // The client knows more ways to an engine.
    }
    await this.#docker(['rm', '--force', '--volumes', id]);
  }

  /** Every container that a task of anybody has on this engine. */
  async #owned(): Promise<{ id: string; owner: string }[]> {
    if (this.#socket !== undefined) {
      const filters = encodeURIComponent(JSON.stringify({ label: [OWNER_LABEL] }));
      const answer = await socketGet(this.#socket, `/containers/json?all=1&filters=${filters}`);
      return containersSchema
        .parse(answer)
        .map(({ Id, Labels }) => ({ id: Id, owner: Labels[OWNER_LABEL] ?? '' }));
    }
    const format = `{{.ID}} {{.Label "${OWNER_LABEL}"}}`;
    const { stdout } = await this.#docker([
      ...['ps', '--all', '--no-trunc', '--filter', `label=${OWNER_LABEL}`, '--format', format],
    ]);
    const lines = stdout.split('\n').filter((line) => line.includes(' '));
    return lines.map((line) => ({ id: line.split(' ')[0]!, owner: line.slice(line.indexOf(' ') + 1) }));
  }

  async #inspect(id: string): Promise<unknown> {
    try {
      if (this.#socket !== undefined) return await socketGet(this.#socket, `/containers/${id}/json`);
    } catch {
      // The client knows more ways to an engine.
    }
    const result = await this.#docker(['container', 'inspect', '--format', '{{json .}}', id]);
    if (result.exitCode !== 0) throw failed('the container of the task is gone', result);
    return JSON.parse(result.stdout);
  }

  #docker(args: readonly string[]): Promise<ExecResult> {
    return exec('docker', args, { timeout: TIMEOUT_MS });
  }
}

/** The last line of a stream that is not empty. */
class Tail {
  line: string | undefined;

  async read(stream: Readable): Promise<void> {
    let text = '';
    for await (const chunk of stream) text = (text + String(chunk)).slice(-4_000);
    this.line = lastLine(text);
  }
}

function failed(message: string, { stderr, timedOut }: ExecResult): DockerCacheError {
  return new DockerCacheError({
    code: 'CONTAINER_FAILED',
    message,
    expected: 'an engine that runs containers from this image',
    found: timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : (lastLine(stderr) ?? 'no reason was given'),
    hint: 'Correct the option that is named, or try the same with `docker create`.',
  });
}

/** Of what docker says, not the advice to read its help. */
function lastLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(Run|See) 'docker /.test(line))
    .at(-1);
}
