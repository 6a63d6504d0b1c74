import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineFacts } from '../../model/facts';
import type { EnginePort, EngineResult, EngineRun } from '../../ports/engine';
import { exec } from '../exec';
import { stream } from '../stream';
import { capabilities, classicBuilder, noBuilder, noBuildx, noDaemon, noDocker } from './capabilities';
import { parseEvent } from './rawjson';
import { builderSchema, infoSchema, metadataSchema, type Builder } from './schemas';

type Env = Readonly<Record<string, string | undefined>>;

/** `docker buildx` as the engine port. */
export class DockerEngine implements EnginePort {
  readonly #env: Env;
  readonly #docker: string;
  #info: Promise<unknown> | undefined;

  constructor(env: Env, docker = 'docker') {
    this.#env = env;
    this.#docker = docker;
  }

  async facts(builder: string | undefined): Promise<EngineFacts> {
    if (this.#env['DOCKER_BUILDKIT'] === '0') throw classicBuilder();
    const [info, chosen] = await Promise.all([this.#readInfo(), this.#readBuilder(builder)]);
    return capabilities(infoSchema.parse(info), chosen);
  }

  async build(run: EngineRun): Promise<EngineResult> {
    const folder = await mkdtemp(join(tmpdir(), 'nx-docker-cache-'));
    const metadata = join(folder, 'metadata.json');
    try {
      const { exitCode, canceled } = await stream(this.#docker, addFlags(run.argv, metadata), {
        cwd: run.cwd,
        signal: run.signal,
        // The base images' digests stand in the steps' names; resolving them again would cost a request each.
        env: { BUILDX_METADATA_PROVENANCE: 'disabled', BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
        onLine: (line) => {
          const event = parseEvent(line);
          if (event === undefined) run.onText(line);
          else run.onEvent(event);
        },
      });
      return { exitCode, canceled, digest: exitCode === 0 ? await readDigest(metadata) : undefined };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #readInfo(): Promise<unknown> {
    this.#info ??= this.#askInfo();
    return this.#info;
  }

  async #askInfo(): Promise<unknown> {
    const result = await exec(this.#docker, ['info', '--format', '{{json .}}'], { timeout: 30_000 });
    if (result.notFound) throw noDocker();
    if (result.timedOut) throw noDaemon('no answer within 30 s');
    try {
      return JSON.parse(result.stdout) as unknown;
    } catch {
      throw noDaemon(result.stderr.trim().split('\n').at(-1));
    }
  }

  /** Where no builder was ever made there is only the docker driver, and asking costs 0.15 s. */
  async #readBuilder(option: string | undefined): Promise<Builder | undefined> {
    const name = option ?? this.#env['BUILDX_BUILDER'];
    if (name === undefined && !(await this.#hasBuilders())) return undefined;
    const result = await exec(this.#docker, ['buildx', 'ls', '--format', '{{json .}}'], { timeout: 30_000 });
    if (result.notFound) throw noDocker();
    if (result.exitCode !== 0) throw noBuildx();
    const builders = result.stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => builderSchema.parse(JSON.parse(line)));
    const found = name === undefined ? builders.find(({ Current }) => Current) : builders.find(({ Name }) => Name === name);
    if (found === undefined && name !== undefined) throw noBuilder(name, [...new Set(builders.map(({ Name }) => Name))]);
    return found;
  }

  async #hasBuilders(): Promise<boolean> {
    const config = this.#env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
    const folder = join(this.#env['BUILDX_CONFIG'] ?? join(config, 'buildx'), 'instances');
    try {
      return (await readdir(folder)).length > 0;
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
