import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJsonFile } from '../json-file';
import type { BuildxClient } from './buildx-client';
import { noBuilder, noBuildx, noDaemon, noDocker } from './capabilities';
import { lastLine } from './last-line';
import { contextOf, isLocalEndpoint, type DockerConfig } from './plugin';
import { builderSchema, instanceSchema, type Builder } from './schemas';

type Env = Readonly<Record<string, string | undefined>>;

/** The builders that buildx knows. */
export class Builders {
  /** Folder of those that were made, a file each. */
  readonly #instances: string;
  readonly #env: Env;
  readonly #config: DockerConfig;
  readonly #buildx: BuildxClient;

  constructor(env: Env, config: DockerConfig, buildx: BuildxClient) {
    this.#env = env;
    this.#config = config;
    this.#buildx = buildx;
    this.#instances = join(env['BUILDX_CONFIG'] ?? join(config.folder, 'buildx'), 'instances');
  }

  /**
   * The one that a build uses. undefined where none was ever made: then there is only the docker driver, and asking
   * costs 0.15 s.
   *
   * @throws DockerCacheError NO_DOCKER, NO_BUILDX, NO_DAEMON, NO_BUILDER.
   */
  async chosen(option: string | undefined): Promise<Builder | undefined> {
    const name = option ?? this.#env['BUILDX_BUILDER'];
    if (name === undefined && (await this.#made()).length === 0) return undefined;
    const result = await this.#buildx.run(['ls', '--format', '{{json .}}'], 30_000);
    if (result.notFound) throw noDocker();
    if (result.exitCode !== 0) throw this.#buildx.isFound ? noDaemon(lastLine(result.stderr)) : noBuildx();
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
  hasNamedPlatforms(builder: Builder | undefined): boolean {
    if (builder === undefined) return true;
    const instance = instanceSchema.safeParse(readJsonFile(join(this.#instances, builder.Name)));
    return !instance.success || instance.data.Nodes.some(({ Platforms }) => (Platforms ?? []).length > 0);
  }

  /**
   * true where the builder of that name runs on this machine, or each that a build could use does where none is named;
   * read from what buildx keeps of them.
   */
  async areHere(option: string | undefined): Promise<boolean> {
    const name = option ?? this.#env['BUILDX_BUILDER'];
    const made = await this.#made();
    if (name !== undefined)
      return made.includes(name) ? this.#isHere(name) : isLocalEndpoint(name, this.#env, this.#config);
    const context = contextOf(this.#env, this.#config);
    return isLocalEndpoint(context, this.#env, this.#config) && made.every((one) => this.#isHere(one));
  }

  #isHere(name: string): boolean {
    const { data } = instanceSchema.safeParse(readJsonFile(join(this.#instances, name)));
    const isNear = ['docker', 'docker-container'].includes(data?.Driver ?? '');
    const isLocal = ({ Endpoint = '' }): boolean => isLocalEndpoint(Endpoint, this.#env, this.#config);
    return (
      isNear && data?.Nodes.every((node) => isLocal(node) && (node.Platforms ?? []).length === 0) === true
    );
  }

  async #made(): Promise<string[]> {
    return readdir(this.#instances).catch(() => []);
  }
}
