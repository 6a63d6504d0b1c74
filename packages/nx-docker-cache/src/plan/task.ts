import type { SkipPlan } from '../model/plan';
import type { TaskOptions, TaskPlan } from '../model/task';
import { InternalError } from '../errors';
import { planOutputs } from './task-outputs';
import { settle, withFiles, type EnvFile } from './task-environment';
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
  /** By name of the service: its image by digest, or the id that the engine has it under. */
  readonly serviceImages?: ReadonlyMap<string, string>;
  /** Those of `envFile`, with their paths relative to the workspace root. */
  readonly envFiles: readonly EnvFile[];
}

/** Everything that a stage task will do, as data. Pure. @throws DockerCacheError OUTPUT_ESCAPES */
export function planTask(input: TaskInput): TaskPlan {
  const { options, project } = input;
  const outputs = planOutputs(options.outputs, project.root);
  const { env, secrets } = settle(withFiles(input.envFiles, options.env), input.host);
  const services = plannedServices(input);
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
    services: services.map(({ planned }) => planned),
    secrets: [...secrets, ...services.flatMap((service) => service.secrets)],
    timeout: options.timeout,
    outputs,
    record: planRecord({
      ...{ options, skip: input.skip, outputs, env },
      services: services.map(({ planned }) => planned),
    }),
  };
}

/** Each by its name, with an image that does not change while the tag does. */
function plannedServices({ options, serviceImages, host }: TaskInput) {
  return options.services.map((service) => {
    const reference = serviceImages?.get(service.name);
    if (reference === undefined) throw new InternalError(`no image of the service ${service.name}`);
    const { env, secrets } = settle(service.env, host);
    return { planned: { ...service, reference, env }, secrets };
  });
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
