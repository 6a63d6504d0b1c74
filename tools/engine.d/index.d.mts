/** The API for test code; what each verb of `tools/engine` does, with the same words. */

export class EngineError extends Error {
  /** Stable, `ENGINE_…`. */
  code: string;
  hint?: string;
  /** 3 for a machine that cannot do it. */
  exitCode: number;
}

export interface Up {
  mode: 'host' | 'private';
  /** `127.0.0.1:port` of the registry with the base images. */
  registry: string;
  images: boolean;
  versions: Record<string, string>;
}

export interface Agent {
  name: string;
  dockerHost: string;
  pid: number;
  dataRoot: string;
  dockerConfig: string;
  suite: string;
  containerdStore: boolean;
  log: string;
  /** Of its containers; what names another one outlives the agent. */
  cgroup: string;
}

export interface AgentOptions {
  /** Stop and wipe it first; else one that runs is returned, if it is as asked. */
  fresh?: boolean;
  /** Debian suite that its engine comes from; by default the newest that runs here. */
  suite?: string;
  /** False for the older graph driver store. */
  containerdStore?: boolean;
}

export interface Registry {
  name: string;
  /** `127.0.0.1:port` */
  host: string;
  port: number;
  readonly: boolean;
  pid?: number;
  storage?: string;
  log?: string;
  /** PEM file of the authority, with TLS. */
  caCert?: string;
}

export interface RegistryOptions {
  /** Drop what it holds and how it was set up; else what is not given stays as it is. */
  fresh?: boolean;
  /** `user:password` */
  htpasswd?: string;
  tls?: boolean;
  readonly?: boolean;
}

export interface Status {
  home: string;
  up: Up | null;
  agents: Agent[];
  registries: Registry[];
}

export function up(options?: { registryOnly?: boolean; private?: boolean }): Promise<Up>;
export function down(options?: { purge?: boolean }): Promise<void>;
export function agent(name: string, options?: AgentOptions): Promise<Agent>;
export function stopAgent(name: string): Promise<void>;
export function registry(name: string, options?: RegistryOptions): Promise<Registry>;
export function stopRegistry(name: string): Promise<void>;
/** Variables for a child process: PATH, DOCKER_CONFIG, NDC_REGISTRY and, for an agent, DOCKER_HOST. */
export function env(agent?: string): Promise<Record<string, string>>;
export function nodeImage(major?: string): Promise<{ name: string; version: string; digest: string }>;
export function status(): Promise<Status>;
