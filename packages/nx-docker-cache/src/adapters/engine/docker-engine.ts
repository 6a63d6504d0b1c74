import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { DockerCacheError } from '../../errors';
import type { EngineFacts } from '../../model/facts';
import type {
  EngineJointResult,
  EngineJointRun,
  EnginePort,
  EngineResult,
  EngineRun,
} from '../../ports/engine';
import { exec } from '../exec';
import { readJsonFile } from '../json-file';
import { stream } from '../stream';
import { BakeEvents } from './bake-events';
import { bakeFlags, bakeTarget } from './bake-file';
import { capabilities, classicBuilder, noBuilder, noBuildx, noDaemon, noDocker } from './capabilities';
import { withIgnoreRules } from './ignore-rules';
import { contextOf, findBuildx, localSocket, readDockerConfig, type DockerConfig } from './plugin';
import { EventReader } from './rawjson';
import {
  builderSchema,
  imageSchema,
  infoSchema,
  instanceSchema,
  jointMetadataSchema,
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
    return capabilities(info, chosen, contextOf(this.#env, this.#config), this.#hasNamedPlatforms(chosen));
  }

  async check(builder: string | undefined): Promise<string | undefined> {
    const before = await this.#answer?.catch(() => undefined);
    this.#answer = undefined;
    try {
      const { driver, loads, builder: name } = await this.facts(builder);
      if (driver === 'docker') return undefined;
      // The client tells what it remembers of such a builder, which lives in the engine.
      if (driver === 'docker-container' && before !== undefined && !loads)
        return `${name} went with the engine that it is a container of`;
      const nodes = (await this.#builder(builder))?.Nodes ?? [];
      if (nodes.length === 0 || nodes.some(({ Status }) => Status === 'running')) return undefined;
      const reasons = nodes.map(({ Status, Err }) =>
        Err === undefined ? `is ${Status ?? 'unknown'}` : `said ${Err}`,
      );
      return `${name} ${[...new Set(reasons)].join(', ')}`;
    } catch (error) {
      if (error instanceof DockerCacheError) return `${error.message} (${error.found ?? error.code})`;
      throw error;
    }
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

  build(run: EngineRun): Promise<EngineResult> {
    return withFolder(async (folder) => {
      const metadata = join(folder, 'metadata.json');
      const argv = await withIgnoreRules(run, folder);
      const ended = await this.#stream(addFlags(argv.slice(1), metadata), run);
      const made = ended.exitCode === 0 ? await readMetadata(metadata, metadataSchema) : undefined;
      return { ...ended, digest: made?.digest };
    });
  }

  buildJointly(run: EngineJointRun): Promise<EngineJointResult> {
    return withFolder(async (folder) => {
      const metadata = join(folder, 'metadata.json');
      const target: Record<string, unknown> = {};
      for (const [index, { argv, ignore, bases }] of run.builds.entries()) {
        const own = join(folder, String(index));
        await mkdir(own);
        target[`t${index}`] = bakeTarget(await withIgnoreRules({ argv, ignore, cwd: run.cwd }, own), bases);
      }
      const file = join(folder, 'bake.json');
      await writeFile(file, JSON.stringify({ group: { default: { targets: Object.keys(target) } }, target }));
      const events = new BakeEvents((name, event) => run.builds[Number(name.slice(1))]?.onEvent(event));
      const flags = bakeFlags(run.builds.map(({ argv }) => argv));
      const ended = await this.#stream(
        ['bake', '--file', file, ...flags, '--progress=rawjson', '--metadata-file', metadata],
        { ...run, onEvent: (event) => events.add(event) },
      );
      const made = ended.exitCode === 0 ? await readMetadata(metadata, jointMetadataSchema) : undefined;
      return { ...ended, digests: run.builds.map((_, index) => made?.[`t${index}`]?.digest) };
    });
  }

  async #stream(
    args: readonly string[],
    run: Pick<EngineRun, 'cwd' | 'signal' | 'onEvent' | 'onText'>,
  ): Promise<{ exitCode: number; canceled: boolean }> {
    const reader = new EventReader(run);
    const [file, words] = this.#command(args);
    const ended = await stream(file, words, {
      cwd: run.cwd,
      signal: run.signal,
      env: {
        // The base images' digests stand in the steps' names; resolving them again would cost a request each.
        BUILDX_METADATA_PROVENANCE: 'disabled',
        // Bake asks before it reads outside of the working directory, as it may run what others wrote. This file is ours.
        BUILDX_BAKE_ENTITLEMENTS_FS: '0',
      },
      onLine: (line) => reader.line(line),
    });
    reader.end();
    return ended;
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
      const info = infoSchema.parse(JSON.parse(result.stdout));
      // Where it reached nobody the client may say so on stderr only (seen: docker 28).
      const silent = result.exitCode !== 0 && info.ServerErrors === undefined;
      return silent ? { ...info, ServerErrors: [lastLine(result.stderr) ?? 'no answer'] } : info;
    } catch {
      throw noDaemon(lastLine(result.stderr));
    }
  }

  /** Where no builder was ever made there is only the docker driver, and asking costs 0.15 s. */
  async #builder(option: string | undefined): Promise<Builder | undefined> {
    const name = option ?? this.#env['BUILDX_BUILDER'];
    if (name === undefined && !(await this.#hasBuilders())) return undefined;
    const result = await this.#run(['ls', '--format', '{{json .}}'], 30_000);
    if (result.notFound) throw noDocker();
    if (result.exitCode !== 0)
      throw this.#buildx === undefined ? noBuildx() : noDaemon(lastLine(result.stderr));
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

  /** true where buildx does not tell, too. */
  #hasNamedPlatforms(builder: Builder | undefined): boolean {
    if (builder === undefined) return true;
    const instance = instanceSchema.safeParse(readJsonFile(join(this.#instances(), builder.Name)));
    return !instance.success || instance.data.Nodes.some(({ Platforms }) => (Platforms ?? []).length > 0);
  }

  /** Folder of the builders that were made, a file each. */
  #instances(): string {
    return join(this.#env['BUILDX_CONFIG'] ?? join(this.#config.folder, 'buildx'), 'instances');
  }

  async #hasBuilders(): Promise<boolean> {
    try {
      return (await readdir(this.#instances())).length > 0;
    } catch {
      return false;
    }
  }
}

function lastLine(stderr: string): string | undefined {
  return stderr
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^ERROR: /, '');
}

/** The context is the last argument; flags go before it. */
function addFlags(argv: readonly string[], metadata: string): string[] {
  return [...argv.slice(0, -1), '--progress=rawjson', '--metadata-file', metadata, ...argv.slice(-1)];
}

async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nx-docker-cache-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readMetadata<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
