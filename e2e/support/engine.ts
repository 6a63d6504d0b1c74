/** Agents and registries from `tools/engine`, the way a developer starts them. */
import { spawnSync } from 'node:child_process';
import { onCleanup } from './cleanup';
import { ENGINE_TOOL } from './paths';
import { mustRun, run, type ProcessResult } from './process';

interface EngineAnswer {
  readonly ok: boolean;
  readonly reason: string;
}

/**
 * `describe` for specs that need an engine. On a machine that cannot have one they are skipped and the
 * reason stands in the name; in CI that is a failure.
 */
export function describeWithEngine(name: string, body: () => void): void {
  const { ok, reason } = askEngine();
  if (ok) describe(name, body);
  else if (process.env['CI'] === undefined) describe.skip(`${name} (no engine: ${reason})`, body);
  else {
    describe(name, () => {
      it('has an engine', () => {
        throw new Error(`no engine in CI: ${reason}`);
      });
    });
  }
}

function askEngine(): EngineAnswer {
  const { status, stderr } = spawnSync(ENGINE_TOOL, ['up', '--json'], { encoding: 'utf8' });
  return { ok: status === 0, reason: stderr.trim().split('\n')[0] ?? 'unknown' };
}

/** Specs that run beside each other may use one name. */
function ownName(name: string): string {
  return `e2e${process.env['JEST_WORKER_ID'] ?? ''}-${name}`;
}

async function tool<T>(...args: string[]): Promise<T> {
  const text = await mustRun(ENGINE_TOOL, [...args, '--json'], { env: process.env, timeoutMs: 180_000 });
  return JSON.parse(text) as T;
}

export interface Agent {
  readonly name: string;
  /** Below which a container has to be, to end with the agent. */
  readonly cgroup: string;
  /** PATH, DOCKER_HOST and DOCKER_CONFIG of a client of this agent. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs the docker client against it. */
  docker(...args: string[]): Promise<ProcessResult>;
  /** `docker image inspect`, undefined where it has no such image. */
  image(ref: string): Promise<InspectedImage | undefined>;
}

export interface InspectedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[];
  readonly Architecture: string;
  readonly Os: string;
  readonly Config: {
    readonly Env?: readonly string[];
    readonly Cmd?: readonly string[];
    readonly Labels?: Readonly<Record<string, string>> | null;
  };
}

export interface AgentOptions {
  readonly containerdStore?: false;
  readonly suite?: string;
}

/** An agent that has nothing: no image, no layer, no cache. It is stopped after the last test. */
export async function freshAgent(name: string, options: AgentOptions = {}): Promise<Agent> {
  const full = ownName(name);
  const flags = [
    ...(options.containerdStore === false ? ['--no-containerd-store'] : []),
    ...(options.suite === undefined ? [] : ['--suite', options.suite]),
  ];
  const { cgroup } = await tool<{ cgroup: string }>('agent', full, '--fresh', ...flags);
  const env = await tool<Record<string, string>>('env', full);
  if (!started.has(full)) onCleanup(() => tool('agent', full, '--stop'));
  started.add(full);
  const docker = (...args: string[]): Promise<ProcessResult> => run('docker', args, { env: withHome(env) });
  const image = async (ref: string): Promise<InspectedImage | undefined> => {
    const { exitCode, stdout } = await docker('image', 'inspect', ref);
    return exitCode === 0 ? (JSON.parse(stdout) as InspectedImage[])[0] : undefined;
  };
  return { name: full, cgroup, env, docker, image };
}

/** The machine is gone, in the middle of whatever it does. */
export async function stopAgent({ name }: Pick<Agent, 'name'>): Promise<void> {
  await tool('agent', name, '--stop');
}

const started = new Set<string>();

function withHome(env: Readonly<Record<string, string>>): Record<string, string> {
  return { HOME: process.env['HOME'] ?? '/', ...env };
}

/** Files and folders of a registry that `tools/engine` runs. */
export interface StartedRegistry {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly name: string;
  readonly caCert?: string;
}

export interface RegistryFlags {
  /** `user:password` */
  readonly htpasswd?: string;
  readonly tls?: boolean;
}

/** The same registry with what it holds, refusing all writes from now on, at another port. */
export async function makeReadonly(registry: StartedRegistry): Promise<StartedRegistry> {
  return tool<StartedRegistry>('registry', registry.name, '--readonly');
}

/** An empty registry. It is stopped after the last test. */
export async function startRegistry(name: string, flags: RegistryFlags = {}): Promise<StartedRegistry> {
  const full = ownName(name);
  const given = [
    ...(flags.htpasswd === undefined ? [] : ['--htpasswd', flags.htpasswd]),
    ...(flags.tls === true ? ['--tls'] : []),
  ];
  onCleanup(() => tool('registry', full, '--stop'));
  return tool<StartedRegistry>('registry', full, '--fresh', ...given);
}
