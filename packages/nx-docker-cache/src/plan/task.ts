import type { SkipPlan } from '../model/plan';
import type { TaskOptions, TaskPlan } from '../model/task';
import { parseEnvFile } from './env-file';
import { planOutputs } from './task-outputs';
import { planRecord } from './task-record';

export interface TaskInput {
  readonly options: TaskOptions;
  readonly project: { readonly name: string; readonly root: string };
  /** Name of the stage as the Dockerfile has it, its index where it has none. */
  readonly stage: string;
  readonly skip: SkipPlan;
  /** Absolute; what a relative bind mount counts from. */
  readonly workspaceRoot: string;
  /** Values of this machine's variables, by name. */
  readonly host: (name: string) => string | undefined;
  /** Those of `envFile`, with their paths relative to the workspace root. */
  readonly envFiles: readonly { readonly path: string; readonly text: string }[];
}

/** Everything that a stage task will do, as data. Pure. @throws DockerCacheError OUTPUT_ESCAPES */
export function planTask(input: TaskInput): TaskPlan {
  const { options, project } = input;
  const outputs = planOutputs(options.outputs, project.root);
  const { env, fromHost } = environment(input);
  const inProject = (path: string): string => path.replaceAll('{projectRoot}', project.root);
  return {
    project: project.name,
    stage: input.stage,
    shown: shownCommand(options.command),
    settings: {
      entrypoint: options.entrypoint ? undefined : options.command[0],
      workdir: options.workdir,
      user: options.user,
      network: options.network,
      volumes: options.volumes.map((volume) => absolute(inProject(volume), input.workspaceRoot)),
      tmpfs: options.tmpfs,
      memory: options.memory,
      cpus: options.cpus,
    },
    command: options.entrypoint ? options.command : options.command.slice(1),
    env,
    fromHost,
    timeout: options.timeout,
    outputs,
    record: planRecord({ options, skip: input.skip, outputs, env }),
  };
}

/** Those of files first: what the options say wins. */
function environment({
  options,
  envFiles,
  host,
}: Pick<TaskInput, 'options' | 'envFiles' | 'host'>): Pick<TaskPlan, 'env' | 'fromHost'> {
  const values = new Map<string, string>();
  const fromHost = new Set<string>();
  for (const [name, written] of [...envFiles.flatMap(parseEnvFile), ...options.env]) {
    const value = written ?? host(name);
    if (written !== undefined) fromHost.delete(name);
    else if (value !== undefined) fromHost.add(name);
    // As docker does: a name that this machine does not have is not set.
    if (value !== undefined) values.set(name, value);
  }
  return { env: values, fromHost: [...fromHost] };
}

function shownCommand(command: readonly string[]): string {
  const [first, flag, script, ...more] = command;
  return first === 'sh' && flag === '-c' && script !== undefined && more.length === 0
    ? script
    : command.join(' ');
}

/** `./fixtures:/data` counts from the workspace root; docker knows absolute paths and names of volumes only. */
function absolute(volume: string, workspaceRoot: string): string {
  return volume.replace(/^\.(?=\/|:)/, workspaceRoot);
}
