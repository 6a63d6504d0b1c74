import { createHash } from 'node:crypto';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile } from '../json-file';

type Env = Readonly<Record<string, string | undefined>>;

/** The part of docker's own configuration that says where things are. */
const configSchema = z.object({
  cliPluginsExtraDirs: z.array(z.string()).optional(),
  currentContext: z.string().optional(),
  proxies: z.record(z.string(), z.unknown()).optional(),
});

/** Where docker looks for plugins after the extra folders and its configuration's, in its order (docker/cli, manager_unix.go). */
const SYSTEM_FOLDERS = [
  '/usr/local/lib/docker/cli-plugins',
  '/usr/local/libexec/docker/cli-plugins',
  '/usr/lib/docker/cli-plugins',
  '/usr/libexec/docker/cli-plugins',
];

/** What the docker client keeps of a context: `contexts/meta/<sha256 of its name>/meta.json` (docker/cli, cli/context/store). */
const contextSchema = z.object({
  Endpoints: z.object({ docker: z.object({ Host: z.string().optional() }) }),
});

export interface DockerConfig {
  readonly folder: string;
  readonly pluginFolders: readonly string[];
  readonly context: string | undefined;
  /** true where the client puts variables for proxies into containers. */
  readonly hasProxies: boolean;
}

export function readDockerConfig(env: Env): DockerConfig {
  const folder = env['DOCKER_CONFIG'] ?? join(homedir(), '.docker');
  const parsed = configSchema.safeParse(readJsonFile(join(folder, 'config.json')));
  const config = parsed.success ? parsed.data : {};
  return {
    folder,
    pluginFolders: [...(config.cliPluginsExtraDirs ?? []), join(folder, 'cli-plugins'), ...SYSTEM_FOLDERS],
    // An empty variable is none to the docker client.
    context: env['DOCKER_CONTEXT'] || config.currentContext,
    hasProxies: Object.keys(config.proxies ?? {}).length > 0,
  };
}

/**
 * Path of the buildx plugin, undefined where none is found. Run by itself it does what `docker buildx` does
 * and saves the client's own start (50 ms) and the plugin discovery of `docker info` (80 ms).
 */
export function findBuildx(config: DockerConfig): string | undefined {
  return config.pluginFolders.map((folder) => join(folder, 'docker-buildx')).find(isExecutable);
}

/**
 * Socket of the engine where there is no doubt about it: a unix DOCKER_HOST, a context that is of one, or neither host
 * nor context. Undefined otherwise: the docker client knows more ways.
 */
export function localSocket(env: Env, config: DockerConfig): string | undefined {
  const host = env['DOCKER_HOST'] || hostOf(contextOf(env, config), config);
  return host?.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
}

/** true where an endpoint of a builder, a host or the name of a context, is a socket of this machine. */
export function isLocalEndpoint(endpoint: string, env: Env, config: DockerConfig): boolean {
  const host = endpoint.includes('://')
    ? endpoint
    : (endpoint === 'default' && env['DOCKER_HOST']) || hostOf(endpoint, config);
  return host?.startsWith('unix://') === true;
}

function hostOf(context: string, { folder }: DockerConfig): string | undefined {
  if (context === 'default') return 'unix:///var/run/docker.sock';
  const id = createHash('sha256').update(context).digest('hex');
  const parsed = contextSchema.safeParse(readJsonFile(join(folder, 'contexts', 'meta', id, 'meta.json')));
  return parsed.success ? parsed.data.Endpoints.docker.Host : undefined;
}

/** Name of the context whose engine `docker info` asks: DOCKER_HOST stands for one that is called `default`. */
export function contextOf(env: Env, config: DockerConfig): string {
  const host = env['DOCKER_HOST'];
  return host !== undefined && host !== '' ? 'default' : (config.context ?? 'default');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
