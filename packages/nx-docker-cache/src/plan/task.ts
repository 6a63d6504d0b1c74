import type { SkipPlan } from '../model/plan';
import type { TaskOptions, TaskPlan } from '../model/task';
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
  const { env, fromHost } = environment(options, input.host);
  const inProject = (path: string): string => path.replaceAll('{projectRoot}', project.root);
  return {
    project: project.name,
    stage: input.stage,
    shown: shownCommand(options.command),
    flags: [
      ...(options.entrypoint ? [] : ['--entrypoint', options.command[0]!]),
      ...(options.workdir === undefined ? [] : ['--workdir', options.workdir]),
      ...(options.user === undefined ? [] : ['--user', options.user]),
      ...(options.network === undefined ? [] : ['--network', options.network]),
      ...options.volumes.flatMap((volume) => ['--volume', absolute(inProject(volume), input.workspaceRoot)]),
      ...options.tmpfs.flatMap((entry) => ['--tmpfs', entry]),
      ...(options.memory === undefined ? [] : ['--memory', options.memory]),
      ...(options.cpus === undefined ? [] : ['--cpus', options.cpus]),
      ...input.envFiles.flatMap(({ path }) => ['--env-file', path]),
    ],
    command: options.entrypoint ? options.command : options.command.slice(1),
    env,
    fromHost,
    timeout: options.timeout,
    outputs,
    record: planRecord({
      options,
      skip: input.skip,
      outputs,
      env,
      envFiles: input.envFiles.map(({ text }) => text),
    }),
  };
}

function environment({ env }: TaskOptions, host: TaskInput['host']): Pick<TaskPlan, 'env' | 'fromHost'> {
  const values = new Map<string, string>();
  const fromHost: string[] = [];
  for (const [name, written] of env) {
    const value = written ?? host(name);
    if (written === undefined && value !== undefined) fromHost.push(name);
    // As docker does: a name that this machine does not have is not set.
    if (value !== undefined) values.set(name, value);
  }
  return { env: values, fromHost };
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
