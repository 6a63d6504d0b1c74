import { parseArgs } from 'node:util';
import { DockerCacheError } from '../errors';

/** Flags of every command that reads builds of the workspace. */
export const WORKSPACE_FLAGS = {
  configuration: { type: 'string', short: 'c' },
  cwd: { type: 'string' },
} as const;

export const BUILD_FLAGS = {
  ...WORKSPACE_FLAGS,
  registry: { type: 'string' },
  image: { type: 'string' },
  tag: { type: 'string', multiple: true },
  dockerfile: { type: 'string' },
  file: { type: 'string', short: 'f' },
  context: { type: 'string' },
  target: { type: 'string' },
  stage: { type: 'string', multiple: true },
  platform: { type: 'string', multiple: true },
  'build-arg': { type: 'string', multiple: true },
  secret: { type: 'string', multiple: true },
  label: { type: 'string', multiple: true },
  builder: { type: 'string' },
  cache: { type: 'string' },
  load: { type: 'boolean' },
  'no-load': { type: 'boolean' },
  push: { type: 'boolean' },
  'no-push': { type: 'boolean' },
  'no-cache': { type: 'boolean' },
  skip: { type: 'string' },
  'no-skip': { type: 'boolean' },
  prune: { type: 'string' },
  pull: { type: 'boolean' },
  'default-branch': { type: 'string' },
  progress: { type: 'string' },
  'dry-run': { type: 'boolean' },
  all: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

export interface Invocation {
  readonly projects: readonly string[];
  /** true for every project of the workspace that has a build. */
  readonly all: boolean;
  /** Options that were given, by their names in the schema; they win over the configuration. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly json: boolean;
  /** Of Nx's targets; undefined: their default one. */
  readonly configuration: string | undefined;
  readonly cwd: string;
}

/** @throws DockerCacheError USAGE */
export function parseInvocation(argv: readonly string[]): Invocation {
  const { values, positionals } = parse(argv);
  return invocationOf(values, positionals);
}

/** @throws DockerCacheError USAGE */
export function invocationOf(values: Values, projects: readonly string[]): Invocation {
  return {
    projects,
    all: values.all ?? false,
    overrides: overridesOf(values),
    json: values.json ?? false,
    configuration: values.configuration,
    cwd: values.cwd ?? process.cwd(),
  };
}

type Values = ReturnType<typeof parse>['values'];

/** Flags → options of the build, by their names in the schema; only those that were given. */
export function overridesOf(values: Values): Record<string, unknown> {
  const overrides: Record<string, unknown> = {
    registry: values.registry,
    image: values.image,
    tags: values.tag,
    dockerfile: values.dockerfile ?? values.file,
    context: values.context,
    target: values.target,
    stages: values.stage,
    platforms: values.platform,
    buildArgs: pairs(values['build-arg'], '--build-arg'),
    secrets: values.secret,
    labels: pairs(values.label, '--label'),
    builder: values.builder,
    cache: values.cache,
    load: choice(values.load, values['no-load'], 'load'),
    push: choice(values.push, values['no-push'], 'push'),
    noCache: values['no-cache'],
    skip: skip(values.skip, values['no-skip']),
    prune: values.prune,
    pull: values.pull,
    defaultBranch: values['default-branch'],
    progress: values.progress,
    dryRun: values['dry-run'],
  };
  return given(overrides);
}

export function given(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: BUILD_FLAGS, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrongFlag(error);
  }
}

/** What node says of a command line that it cannot read. */
export function wrongFlag(error: unknown): DockerCacheError {
  return usage((error as Error).message.split('. ')[0] ?? 'wrong usage', 'the options that --help lists');
}

function pairs(entries: readonly string[] | undefined, flag: string): Record<string, string> | undefined {
  if (entries === undefined) return undefined;
  return Object.fromEntries(
    entries.map((entry) => {
      const equals = entry.indexOf('=');
      if (equals < 1) throw usage(`${flag} takes NAME=value`, `${flag} NAME=value`);
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    }),
  );
}

export function choice(yes: boolean | undefined, no: boolean | undefined, name: string): boolean | undefined {
  if (yes === true && no === true)
    throw usage(`--${name} and --no-${name} contradict each other`, 'one of them');
  return yes === true ? true : no === true ? false : undefined;
}

/** `--skip repository`; the schema words what is wrong with another value. */
function skip(value: string | undefined, no: boolean | undefined): string | false | undefined {
  if (value !== undefined && no === true)
    throw usage('--skip and --no-skip contradict each other', 'one of them');
  return no === true ? false : value;
}

export function usage(message: string, expected: string): DockerCacheError {
  return new DockerCacheError({
    code: 'USAGE',
    message,
    expected,
    hint: 'nx-docker-cache --help shows the usage.',
  });
}
