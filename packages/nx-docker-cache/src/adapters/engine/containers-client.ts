import type { Readable } from 'node:stream';
import type { CopiedOutputs } from '../../model/task';
import type { ContainerPort, ContainerSpec, ContainerState, OutputChannel } from '../../ports/container';
import { runChild } from '../child';
import { exec, type ExecResult } from '../exec';
import { unpack } from '../results/unpack';
import { noDocker } from './capabilities';
import { gone, notCopied, notMade } from './container-errors';
import { containerFlags } from './container-flags';
import { withEnvFlags } from './env-flags';
import { lastLine } from './last-line';
import { DEADLINE_LABEL, isLeftover, labelFlags, OWNER_LABEL } from './owner';
import { containerState } from './schemas-container';

const TIMEOUT_MS = 60_000;
/** A layer of some gigabytes is one line at its end. */
const PULL_STALL_MS = 15 * 60_000;

/** Containers by the docker client, which knows what contexts and hosts mean, and who may pull what. */
export class ClientContainers implements ContainerPort {
  readonly #root: string;
  readonly #program: string;
  readonly #stallMs: number;

  /**
   * @param root absolute path of the workspace
   * @param options.program the docker client
   * @param options.stallMs after which a pull that says nothing is ended
   */
  constructor(root: string, { program = 'docker', stallMs = PULL_STALL_MS } = {}) {
    this.#root = root;
    this.#program = program;
    this.#stallMs = stallMs;
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
    const stalled = new AbortController();
    const timer = setTimeout(() => stalled.abort(), this.#stallMs);
    try {
      // Not `--quiet`: what becomes of each layer is the sign of life.
      const { exitCode } = await runChild(this.#program, ['pull', reference], {
        signal: AbortSignal.any([signal, stalled.signal]),
        onStdout: async (stdout) => {
          for await (const _ of stdout) timer.refresh();
        },
        onStderr: async (stderr) => {
          for await (const chunk of stderr) text = (text + String(chunk)).slice(-4_000);
        },
      });
      if (exitCode === 0) return undefined;
      if (stalled.signal.aborted) return `no progress within ${this.#stallMs / 1000} s`;
      return lastLine(text) ?? `docker pull ended with ${exitCode}`;
    } finally {
      clearTimeout(timer);
    }
  }

  create({ image, settings, command, env, lifetime }: ContainerSpec): Promise<string> {
    return withEnvFlags(env, async (given) => {
      const own = ['--init', '--pull', 'never', ...labelFlags(lifetime)];
      const flags = [...own, ...containerFlags(settings), ...given.flags];
      const result = await exec(this.#program, ['create', ...flags, image, ...command], {
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
    await runChild(this.#program, ['start', '--attach', id], {
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
    let text = '';
    const { exitCode } = await runChild(this.#program, ['cp', `${id}:${from}`, '-'], {
      onStdout: async (stdout) => {
        copied = await unpack(stdout, { root: this.#root, places: [to], rename: to });
      },
      onStderr: async (stderr) => {
        for await (const chunk of stderr) text = (text + String(chunk)).slice(-4_000);
      },
    });
    if (exitCode === 0) return copied;
    // Docker 20 and older have the second form.
    if (/Could not find the file|No such container:path/i.test(text)) return undefined;
    throw notCopied(from, lastLine(text) ?? `docker cp ended with ${exitCode}`);
  }

  async remove(id: string): Promise<void> {
    await this.#docker(['rm', '--force', '--volumes', id]);
  }

  /** Ids of what killed runs have left. @param list command that lists them */
  async #orphans(...list: string[]): Promise<string[]> {
    const format = `{{.ID}} {{.Label "${DEADLINE_LABEL}"}} {{.Label "${OWNER_LABEL}"}}`;
    const filter = ['--no-trunc', '--filter', `label=${OWNER_LABEL}`, '--format', format];
    const { stdout } = await this.#docker([...list, ...filter]);
    return stdout.split('\n').flatMap((line) => {
      const [id = '', deadline = '', ...owner] = line.split(' ');
      const labels = { [DEADLINE_LABEL]: deadline, [OWNER_LABEL]: owner.join(' ') };
      return id !== '' && isLeftover(labels) ? [id] : [];
    });
  }

  #docker(args: readonly string[]): Promise<ExecResult> {
    return exec(this.#program, args, { timeout: TIMEOUT_MS });
  }
}

function reasonOf({ stderr, timedOut }: ExecResult): string {
  return timedOut ? `no answer within ${TIMEOUT_MS / 1000} s` : (lastLine(stderr) ?? 'no reason was given');
}
