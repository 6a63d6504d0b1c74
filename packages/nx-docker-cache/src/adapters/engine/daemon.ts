import { exec } from '../exec';
import { noDaemon, noDocker } from './capabilities';
import { lastLine } from './last-line';
import { localSocket, type DockerConfig } from './plugin';
import { imageSchema, infoSchema, type DockerInfo } from './schemas';
import { socketGet } from './socket-get';

type Env = Readonly<Record<string, string | undefined>>;

/** The engine's daemon: over its local socket, which costs milliseconds, else through the docker client. */
export class Daemon {
  /** undefined where only the client knows the way to it, or where the client alone knows buildx. */
  readonly #socket: string | undefined;
  #answer: Promise<DockerInfo | undefined> | undefined;

  constructor(env: Env, config: DockerConfig, buildx: string | undefined) {
    this.#socket = buildx === undefined ? undefined : localSocket(env, config);
  }

  /** @throws DockerCacheError NO_DOCKER, NO_DAEMON. */
  async info(): Promise<DockerInfo> {
    try {
      const info = await this.local();
      if (info !== undefined) return info;
    } catch {
      // The client words best what is wrong, and knows more ways to an engine.
    }
    return infoFromClient();
  }

  /** Behind a local socket, asked once; undefined where only the client knows the way. Rejects without an answer. */
  local(): Promise<DockerInfo | undefined> {
    this.#answer ??= this.#ask();
    return this.#answer;
  }

  /** What it answered before, if anything; the next question asks it again. */
  async forget(): Promise<DockerInfo | undefined> {
    const before = await this.#answer?.catch(() => undefined);
    this.#answer = undefined;
    return before;
  }

  /** Of an image that the engine has. */
  async imageId(reference: string): Promise<string | undefined> {
    try {
      if (this.#socket !== undefined)
        return imageSchema.parse(await socketGet(this.#socket, `/images/${encodeURI(reference)}/json`))?.Id;
    } catch {
      // The client knows more ways to an engine.
    }
    const result = await exec('docker', ['image', 'inspect', '--format', '{{.Id}}', reference], {
      timeout: 30_000,
    });
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  }

  async #ask(): Promise<DockerInfo | undefined> {
    if (this.#socket === undefined) return undefined;
    return {
      ...infoSchema.parse(await socketGet(this.#socket, '/info')),
      ClientInfo: { Plugins: [{ Name: 'buildx' }] },
    };
  }
}

async function infoFromClient(): Promise<DockerInfo> {
  const result = await exec('docker', ['info', '--format', '{{json .}}'], { timeout: 30_000 });
  if (result.notFound) throw noDocker();
  if (result.timedOut) throw noDaemon('no answer within 30 s');
  try {
    const info = infoSchema.parse(JSON.parse(result.stdout));
    // Where it reached nobody the client may say so on stderr only (seen: docker 28).
    const silent = result.exitCode !== 0 && info.ServerErrors === undefined;
    return silent ? { ...info, ServerErrors: [lastLine(result.stderr) ?? 'no answer'] } : info;
  } catch {
    throw noDaemon(lastLine(result.stderr));
  }
}
