import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineFacts } from '../../model/facts';
import type { EnginePort, EngineResult, EngineRun } from '../../ports/engine';
import { exec } from '../exec';
import { stream } from '../stream';
import { capabilities, classicBuilder, noBuilder, noBuildx, noDaemon, noDocker } from './capabilities';
import { withIgnoreRules } from './ignore-rules';
import { findBuildx, localSocket, readDockerConfig, type DockerConfig } from './plugin';
import { EventReader } from './rawjson';
import {
  builderSchema,
  imageSchema,
  infoSchema,
  metadataSchema,
  type Builder,
  type DockerInfo,
} from './schemas';
import { socketGet } from './socket-get';

type Env = Readonly<Record<string, string | undefined>>;

/** BuildKit through buildx, as the engine port. */
export class DockerEngine implements EnginePort {
  readonly #env: Env;
  readonly #config: DockerConfig;
  readonly #buildx: string | undefined;
  #answer: Promise<DockerInfo | undefined> | undefined;

  constructor(env: Env) {
    this.#env = env;
    this.#config = readDockerConfig(env);
    this.#buildx = findBuildx(this.#config);
  }

  async facts(builder: string | undefined): Promise<EngineFacts> {
    if (this.#env['DOCKER_BUILDKIT'] === '0') throw classicBuilder();
    const [info, chosen] = await Promise.all([this.#info(), this.#builder(builder)]);
    return capabilities(info, chosen);
  }

  async mirrors(): Promise<readonly string[]> {
    try {
      return (await this.#local())?.RegistryConfig?.Mirrors ?? [];
    } catch {
      return [];
    }
  }

  async imageId(reference: string): Promise<string | undefined> {
    try {
      const socket = this.#socket();
      if (socket !== undefined)
        return imageSchema.parse(await socketGet(socket, `/images/${encodeURI(reference)}/json`))?.Id;
    } catch {
      // The client knows more ways to an engine.
    }
    const result = await exec('docker', ['image', 'inspect', '--format', '{{.Id}}', reference], {
      timeout: 30_000,
    });
    return result.exitCode === 0 ? result.stdout.trim() : undefined;
  }

  async version(): Promise<string | undefined> {
    const result = await this.#run(['version'], 30_000);
    return result.exitCode === 0 ? /\bv?(\d+\.\d+\.\d+\S*)/.exec(result.stdout)?.[1] : undefined;
  }

  async build(run: EngineRun): Promise<EngineResult> {
    const folder = await mkdtemp(join(tmpdir(), 'nx-docker-cache-'));
    const metadata = join(folder, 'metadata.json');
    const reader = new EventReader(run);
    try {
      const argv = await withIgnoreRules(run, folder);
      const [file, args] = this.#command(addFlags(argv.slice(1), metadata));
      const { exitCode, canceled } = await stream(file, args, {
        cwd: run.cwd,
        signal: run.signal,
        // The base images' digests stand in the steps' names; resolving them again would cost a request each.
        env: { BUILDX_METADATA_PROVENANCE: 'disabled' },
        onLine: (line) => reader.line(line),
      });
      reader.end();
      return { exitCode, canceled, digest: exitCode === 0 ? await readDigest(metadata) : undefined };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** buildx by itself where it was found, else through the docker client. `args` without the word buildx. */
  #command(args: readonly string[]): [string, readonly string[]] {
    return this.#buildx === undefined ? ['docker', ['buildx', ...args]] : [this.#buildx, args];
  }

  #run(args: readonly string[], timeout: number): ReturnType<typeof exec> {
    const [file, rest] = this.#command(args);
    return exec(file, rest, { timeout });
  }

  async #info(): Promise<DockerInfo> {
    try {
      const info = await this.#local();
      if (info !== undefined) return info;
    } catch {
      // The client words best what is wrong, and knows more ways to an engine.
    }
    return this.#infoFromClient();
  }

  /** The engine behind a local socket, asked once; undefined where only the client knows the way. Rejects without an answer. */
  #local(): Promise<DockerInfo | undefined> {
    this.#answer ??= this.#askSocket();
    return this.#answer;
  }

  #socket(): string | undefined {
    return this.#buildx === undefined ? undefined : localSocket(this.#env, this.#config);
  }

  async #askSocket(): Promise<DockerInfo | undefined> {
    const socket = this.#socket();
    if (socket === undefined) return undefined;
    return {
      ...infoSchema.parse(await socketGet(socket, '/info')),
      ClientInfo: { Plugins: [{ Name: 'buildx' }] },
    };
  }

  async #infoFromClient(): Promise<DockerInfo> {
    const result = await exec('docker', ['info', '--format', '{{json .}}'], { timeout: 30_000 });
    if (result.notFound) throw noDocker();
    if (result.timedOut) throw noDaemon('no answer within 30 s');
    try {
      return infoSchema.parse(JSON.parse(result.stdout));
    } catch {
      throw noDaemon(result.stderr.trim().split('\n').at(-1));
    }
  }

  /** Where no builder was ever made there is only the docker driver, and asking costs 0.15 s. */
  async #builder(option: string | undefined): Promise<Builder | undefined> {
    const name = option ?? this.#env['BUILDX_BUILDER'];
    if (name === undefined && !(await this.#hasBuilders())) return undefined;
    const result = await this.#run(['ls', '--format', '{{json .}}'], 30_000);
    if (result.notFound) throw noDocker();
    if (result.exitCode !== 0) throw noBuildx();
    const builders = result.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => builderSchema.parse(JSON.parse(line)));
    const found =
      name === undefined
        ? builders.find(({ Current }) => Current)
        : builders.find(({ Name }) => Name === name);
    if (found === undefined && name !== undefined)
      throw noBuilder(name, [...new Set(builders.map(({ Name }) => Name))]);
    return found;
  }

  async #hasBuilders(): Promise<boolean> {
    try {
      const folder = this.#env['BUILDX_CONFIG'] ?? join(this.#config.folder, 'buildx');
      return (await readdir(join(folder, 'instances'))).length > 0;
    } catch {
      return false;
    }
  }
}

/** The context is the last argument; flags go before it. */
function addFlags(argv: readonly string[], metadata: string): string[] {
  return [...argv.slice(0, -1), '--progress=rawjson', '--metadata-file', metadata, ...argv.slice(-1)];
}

async function readDigest(metadata: string): Promise<string | undefined> {
  try {
    const parsed = metadataSchema.safeParse(JSON.parse(await readFile(metadata, 'utf8')));
    return parsed.success ? parsed.data['containerimage.digest'] : undefined;
  } catch {
    return undefined;
  }
}
