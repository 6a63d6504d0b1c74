import type { CopiedOutputs } from '../../model/task';
import type { ContainerPort, ContainerSpec, ContainerState, OutputChannel } from '../../ports/container';
import { unpack } from '../results/unpack';
import { containerBody } from './container-body';
import { ClientContainers } from './containers-client';
import { gone, notCopied, notMade, notStarted } from './container-errors';
import { isLeftover, OWNER_LABEL, ownLabels } from './owner';
import { localSocket, readDockerConfig } from './plugin';
import { containerState, madeSchema, ownedSchema } from './schemas-container';
import { readFrames, socketAttach } from './socket-attach';
import { EngineRefusal, socketCall, socketGet, socketOpen, type SocketCall } from './socket-get';

/** Milliseconds. An engine under load needs its time to start a container; this much is no load any more. */
const START_MS = 300_000;
/** Without a byte of a result. */
const COPY_MS = 120_000;

type Env = Readonly<Record<string, string | undefined>>;

/** Containers of this machine's engine: by its socket where that is known, else by the docker client. */
export function containersOf(root: string, env: Env): ContainerPort {
  const config = readDockerConfig(env);
  const client = new ClientContainers(root);
  const socket = localSocket(env, config);
  // The client gives its proxies to every container.
  return socket === undefined || config.hasProxies ? client : new SocketContainers(root, socket, client);
}

/**
 * A task needs seven calls, and a start of the client for each would take longer than many a task. Where the engine does
 * not answer the client is asked, which words best what is wrong.
 */
class SocketContainers implements ContainerPort {
  readonly #root: string;
  readonly #socket: string;
  readonly #client: ClientContainers;
  /** Containers that the client has made, as nobody else could. */
  readonly #ofClient = new Set<string>();

  constructor(root: string, socket: string, client: ClientContainers) {
    this.#root = root;
    this.#socket = socket;
    this.#client = client;
  }

  async removeLeftovers(): Promise<number> {
    try {
      const orphans = await this.#orphans('/containers/json?all=1&');
      await Promise.all(orphans.map((id) => this.remove(id)));
      // One that still has containers cannot be removed, and they have gone now.
      const networks = await this.#orphans('/networks?');
      await Promise.all(
        networks.map((id) =>
          this.#call({ method: 'DELETE', path: `/networks/${id}` }).catch(() => undefined),
        ),
      );
      return orphans.length;
    } catch {
      // No engine, or one that does not answer: who needs it will say so.
      return 0;
    }
  }

  pull(reference: string, signal: AbortSignal): Promise<string | undefined> {
    return this.#client.pull(reference, signal);
  }

  async create(spec: ContainerSpec): Promise<string> {
    const body = containerBody(spec, ownLabels(spec.lifetime));
    try {
      if (body !== undefined) {
        const path = '/containers/create';
        return madeSchema.parse(await this.#call({ method: 'POST', path, body, timeoutMs: 60_000 })).Id;
      }
    } catch (error) {
      if (error instanceof EngineRefusal) throw notMade(error.message);
    }
    const id = await this.#client.create(spec);
    this.#ofClient.add(id);
    return id;
  }

  async start(
    id: string,
    onOutput: (channel: OutputChannel, chunk: Uint8Array) => Promise<void>,
  ): Promise<void> {
    if (this.#ofClient.has(id)) return this.#client.start(id, onOutput);
    const stream = await socketAttach(this.#socket, id, START_MS).catch((error: unknown) => {
      throw notStarted((error as Error).message);
    });
    try {
      await this.#start(id);
      await readFrames(stream, onOutput);
      // A program may close its output and go on.
      await this.#call({ method: 'POST', path: `/containers/${id}/wait`, timeoutMs: 0 });
    } catch (error) {
      // As the client shows it: a program that is not there, for instance. The state has the exit code.
      if (error instanceof EngineRefusal) await onOutput('stderr', Buffer.from(`${error.message}\n`));
      else if (!isBroken(error)) throw error;
    } finally {
      stream.destroy();
    }
  }

  async state(id: string): Promise<ContainerState> {
    if (this.#ofClient.has(id)) return this.#client.state(id);
    const answer = await socketGet(this.#socket, `/containers/${id}/json`).catch((error: unknown) => {
      throw gone((error as Error).message);
    });
    if (answer === undefined) throw gone('the engine does not know it');
    return containerState(answer);
  }

  async kill(id: string, signal: string): Promise<void> {
    if (this.#ofClient.has(id)) return this.#client.kill(id, signal);
    const path = `/containers/${id}/kill?signal=${encodeURIComponent(signal)}`;
    await this.#call({ method: 'POST', path }).catch(() => undefined);
  }

  async copyOut(id: string, from: string, to: string): Promise<CopiedOutputs | undefined> {
    if (this.#ofClient.has(id)) return this.#client.copyOut(id, from, to);
    const path = `/containers/${id}/archive?path=${encodeURIComponent(from)}`;
    try {
      const archive = await socketOpen(this.#socket, { method: 'GET', path, timeoutMs: COPY_MS });
      return await unpack(archive, { root: this.#root, places: [to], rename: to });
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return undefined;
      throw notCopied(from, (error as Error).message);
    }
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#call({ method: 'DELETE', path: `/containers/${id}?force=1&v=1`, timeoutMs: 60_000 });
    } catch (error) {
      // The client knows more ways to an engine.
      if (!(error instanceof EngineRefusal)) await this.#client.remove(id);
    }
  }

  async #start(id: string): Promise<void> {
    try {
      await this.#call({ method: 'POST', path: `/containers/${id}/start`, timeoutMs: START_MS });
    } catch (error) {
      // What an earlier attempt started after all runs already.
      if (error instanceof EngineRefusal && error.status === 304) return;
      if (error instanceof EngineRefusal || isBroken(error)) throw error;
      throw notStarted((error as Error).message);
    }
  }

  /** Ids of what killed runs have left. @param list path that takes filters */
  async #orphans(list: string): Promise<string[]> {
    const filters = encodeURIComponent(JSON.stringify({ label: [OWNER_LABEL] }));
    const owned = ownedSchema.parse(await socketGet(this.#socket, `${list}filters=${filters}`));
    return owned.filter(({ Labels }) => isLeftover(Labels)).map(({ Id }) => Id);
  }

  #call(call: SocketCall): Promise<unknown> {
    return socketCall(this.#socket, call);
  }
}

/** The engine is gone, which the state tells. */
function isBroken(error: unknown): boolean {
  return /^(ECONN|EPIPE|ENOENT|ERR_STREAM)/.test((error as NodeJS.ErrnoException).code ?? '');
}
