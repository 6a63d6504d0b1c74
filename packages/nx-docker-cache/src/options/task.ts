import type { TaskOptions, TaskOutput } from '../model/task';
import { environment } from './environment';
import { invalidOptions, toProblems, type Problem } from './problems';
import { serviceOptions } from './services';
import { parseSize } from './size';
import { runSchema, type RawRunOptions } from './task-schema';

const RUN_OPTION_NAMES = Object.keys(runSchema.shape);

/**
 * Raw input of a stage task → validated options.
 * @param where whose input it is, for the error
 * @throws DockerCacheError INVALID_OPTIONS with every problem at once
 */
export function parseTaskOptions(input: unknown, where: string): TaskOptions {
  const parsed = runSchema.safeParse(input);
  if (!parsed.success) throw invalidOptions(where, toProblems(parsed.error, input, RUN_OPTION_NAMES));
  const options = normalize(parsed.data);
  const problems = [...RULES.flatMap((rule) => rule(options)), ...twoChecks(parsed.data)];
  if (problems.length > 0) throw invalidOptions(where, problems);
  return options;
}

function normalize(raw: RawRunOptions): TaskOptions {
  return {
    stage: raw.stage,
    command: typeof raw.command === 'string' ? ['sh', '-c', raw.command] : raw.command,
    entrypoint: raw.entrypoint ?? false,
    env: environment(raw.env ?? []),
    envFile: list(raw.envFile),
    workdir: raw.workdir,
    user: raw.user === undefined ? undefined : String(raw.user),
    network: raw.network,
    services: serviceOptions(raw.services ?? {}),
    volumes: list(raw.volumes),
    tmpfs: list(raw.tmpfs),
    memory: raw.memory === undefined ? undefined : String(raw.memory),
    cpus: raw.cpus === undefined ? undefined : String(raw.cpus),
    timeout: raw.timeout,
    outputs: (typeof raw.outputs === 'string' ? [raw.outputs] : (raw.outputs ?? [])).map(output),
    skip: raw.skip ?? true,
    record: raw.record,
    buildTarget: raw.buildTarget,
  };
}

function output(raw: string | TaskOutput): TaskOutput {
  return typeof raw === 'string' ? { from: raw, to: raw } : raw;
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

const RULES: readonly ((options: TaskOptions) => Problem[])[] = [
  ({ command }) =>
    command[0]?.trim() === ''
      ? [{ path: 'command', message: 'expected a program as the first word; found an empty text' }]
      : [],
  ({ env, services }) =>
    [
      { path: 'env', env },
      ...services.map(({ name, env: of }) => ({ path: `services.${name}.env`, env: of })),
    ]
      .filter((one) => [...one.env.keys()].some((name) => !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)))
      // The text itself is not repeated: it may be a value in the wrong place.
      .map(({ path }) => ({ path, message: 'expected NAME or NAME=value, NAME of letters, digits and _' })),
  ({ services, network }) =>
    services.length > 0 && network !== undefined
      ? [{ path: 'network', message: `expected none beside \`services\`, which have one; found ${network}` }]
      : [],
  ({ workdir }) =>
    workdir !== undefined && !workdir.startsWith('/')
      ? [{ path: 'workdir', message: `expected an absolute path of the container; found ${workdir}` }]
      : [],
  ({ memory }) =>
    memory !== undefined && !/^\d+$/.test(memory) && parseSize(memory) === undefined
      ? [{ path: 'memory', message: `expected a size such as 512m or 2g; found ${memory}` }]
      : [],
  ({ cpus }) =>
    cpus !== undefined && !(/^\d*\.?\d+$/.test(cpus) && Number(cpus) > 0)
      ? [{ path: 'cpus', message: `expected a number such as 1.5; found ${cpus}` }]
      : [],
  ({ tmpfs }) =>
    tmpfs
      .filter((entry) => !entry.startsWith('/'))
      .map((entry) => ({ path: 'tmpfs', message: `expected /path[:options]; found ${entry}` })),
  ({ outputs }) =>
    outputs
      .filter(({ from, to }) => /[*?]/.test(from + to))
      .map(({ from }) => ({ path: 'outputs', message: `expected a path, not a pattern; found ${from}` })),
  ({ outputs }) =>
    outputs
      .filter(({ from, to }) => from === to && from.startsWith('/'))
      .map(({ from }) => ({
        path: 'outputs',
        message: `expected a path relative to the working directory, or {"from": "${from}", "to": "<place in the project>"}`,
      })),
];

function twoChecks({ services = {} }: RawRunOptions): Problem[] {
  return Object.entries(services).flatMap(([name, service]) =>
    typeof service === 'object' && service.port !== undefined && service.health !== undefined
      ? [{ path: `services.${name}`, message: 'expected `port` or `health`; found both' }]
      : [],
  );
}
