import { parseArgs } from 'node:util';
import { BUILD_FLAGS, choice, given, overridesOf, usage, wrongFlag, type Invocation } from './flags';

/** Flags of a build that mean something else for a task, or nothing. */
const { target: _target, json: _json, all: _all, 'dry-run': _dryRun, skip: _skip, ...SHARED } = BUILD_FLAGS;

const RUN_FLAGS = {
  ...SHARED,
  stage: { type: 'string' },
  entrypoint: { type: 'boolean' },
  env: { type: 'string', multiple: true, short: 'e' },
  // Not `--env-file`: node 20 takes that one for itself, wherever it stands (https://github.com/nodejs/node/issues/54232).
  envfile: { type: 'string', multiple: true },
  workdir: { type: 'string', short: 'w' },
  user: { type: 'string', short: 'u' },
  network: { type: 'string' },
  service: { type: 'string', multiple: true },
  volume: { type: 'string', multiple: true, short: 'v' },
  tmpfs: { type: 'string', multiple: true },
  memory: { type: 'string', short: 'm' },
  cpus: { type: 'string' },
  timeout: { type: 'string' },
  output: { type: 'string', multiple: true },
  record: { type: 'boolean' },
  'no-record': { type: 'boolean' },
} as const;

export interface RunInvocation {
  readonly project: string;
  /** Name of a task that is configured; undefined where the command is given. */
  readonly task: string | undefined;
  /** Options of the task that were given, by their names in the schema; they win over the configured ones. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly build: Invocation;
}

const USAGE = 'nx-docker-cache run <project> <task>, or run <project> --stage <stage> -- <command…>';

/** @throws DockerCacheError USAGE */
export function parseRun(argv: readonly string[]): RunInvocation {
  const end = argv.indexOf('--');
  const command = end < 0 ? [] : argv.slice(end + 1);
  const { values, positionals } = parse(end < 0 ? argv : argv.slice(0, end));
  const [project, task, ...more] = positionals;
  if (project === undefined) throw usage('run needs a project', USAGE);
  if (more.length > 0)
    throw usage(`run takes one project and one task; found ${positionals.join(', ')}`, USAGE);
  if (task === undefined && command.length === 0)
    throw usage('run needs a task, or a command after --', USAGE);
  if (task !== undefined && command.length > 0)
    throw usage(`the task ${task} has a command of its own; found another one after --`, USAGE);
  const { stage, 'no-skip': noSkip, ...shared } = values;
  const { entrypoint, workdir, user, network, memory, cpus, timeout, tmpfs, env } = values;
  return {
    project,
    task,
    options: given({
      command: task === undefined ? command : undefined,
      ...{ stage, entrypoint, env, workdir, user, network, memory, cpus, tmpfs },
      envFile: values.envfile,
      volumes: values.volume,
      services: services(values.service),
      outputs: values.output,
      timeout: timeout === undefined ? undefined : Number(timeout),
      skip: noSkip === true ? false : undefined,
      record: choice(values.record, values['no-record'], 'record'),
    }),
    build: {
      projects: [project],
      all: false,
      overrides: overridesOf(shared),
      json: false,
      configuration: values.configuration,
      cwd: values.cwd ?? process.cwd(),
    },
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: RUN_FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrongFlag(error);
  }
}

/** `--service redis=redis:7`. */
function services(entries: readonly string[] | undefined): Record<string, string> | undefined {
  if (entries === undefined) return undefined;
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      if (equals < 1) throw usage('--service takes name=image', '--service redis=redis:7');
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}
