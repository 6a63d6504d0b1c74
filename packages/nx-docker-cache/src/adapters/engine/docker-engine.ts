import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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
import { stream } from '../stream';
import { BakeEvents } from './bake-events';
import { bakeFlags, bakeTarget, holdsCredential } from './bake-file';
import { Builders } from './builders';
import { BuildxClient } from './buildx-client';
import { capabilities, classicBuilder } from './capabilities';
import { Daemon } from './daemon';
import { withIgnoreRules } from './ignore-rules';
import { contextOf, findBuildx, readDockerConfig, type DockerConfig } from './plugin';
import { EventReader } from './rawjson';
import { jointMetadataSchema, metadataSchema } from './schemas';

type Env = Readonly<Record<string, string | undefined>>;

/** BuildKit through buildx, as the engine port. */
export class DockerEngine implements EnginePort {
  readonly #env: Env;
  readonly #config: DockerConfig;
  readonly #buildx: BuildxClient;
  readonly #builders: Builders;
  readonly #daemon: Daemon;

  constructor(env: Env) {
    const config = readDockerConfig(env);
    const path = findBuildx(config);
    this.#env = env;
    this.#config = config;
    this.#buildx = new BuildxClient(path);
    this.#builders = new Builders(env, config, this.#buildx);
    this.#daemon = new Daemon(env, config, path);
  }

  async facts(builder: string | undefined): Promise<EngineFacts> {
    if (this.#env['DOCKER_BUILDKIT'] === '0') throw classicBuilder();
    const [info, chosen] = await Promise.all([this.#daemon.info(), this.#builders.chosen(builder)]);
    const context = contextOf(this.#env, this.#config);
    return capabilities(info, chosen, context, this.#builders.hasNamedPlatforms(chosen));
  }

  isHere(builder: string | undefined): Promise<boolean> {
    return this.#builders.areHere(builder);
  }

  async check(builder: string | undefined): Promise<string | undefined> {
    const before = await this.#daemon.forget();
    try {
      const { driver, loads, builder: name } = await this.facts(builder);
      if (driver === 'docker') return undefined;
      // The client tells what it remembers of such a builder, which lives in the engine.
      if (driver === 'docker-container' && before !== undefined && !loads)
        return `${name} went with the engine that it is a container of`;
      const nodes = (await this.#builders.chosen(builder))?.Nodes ?? [];
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
      return (await this.#daemon.local())?.RegistryConfig?.Mirrors ?? [];
    } catch {
      return [];
    }
  }

  imageId(reference: string): Promise<string | undefined> {
    return this.#daemon.imageId(reference);
  }

  async version(): Promise<string | undefined> {
    const result = await this.#buildx.run(['version'], 30_000);
    return result.exitCode === 0 ? /\bv?(\d+\.\d+\.\d+\S*)/.exec(result.stdout)?.[1] : undefined;
  }

  build(run: EngineRun): Promise<EngineResult> {
    return withFolder(async (folder) => {
      const metadata = join(folder, 'metadata.json');
      const argv = await withIgnoreRules(run, folder);
      if (holdsCredential(argv)) return this.#buildByFile(argv, folder, run);
      const ended = await this.#stream(addFlags(argv.slice(1), metadata), run);
      const made = ended.exitCode === 0 ? await readMetadata(metadata, metadataSchema) : undefined;
      return { ...ended, digest: made?.digest };
    });
  }

  /** Whoever is on this machine may read the arguments of a process, and nobody else a file in this folder. */
  async #buildByFile(argv: readonly string[], folder: string, run: EngineRun): Promise<EngineResult> {
    const [file, metadata] = [join(folder, 'bake.json'), join(folder, 'metadata.json')];
    await writeFile(file, JSON.stringify({ target: { default: bakeTarget(argv) } }));
    const flags = ['--progress=rawjson', '--metadata-file', metadata];
    const ended = await this.#stream(['bake', '--file', file, ...bakeFlags([argv]), ...flags], run);
    const made = ended.exitCode === 0 ? await readMetadata(metadata, jointMetadataSchema) : undefined;
    return { ...ended, digest: made?.['default']?.digest };
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
    const [file, words] = this.#buildx.command(args);
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
