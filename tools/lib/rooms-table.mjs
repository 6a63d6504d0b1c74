/**
 * Who may import whom. What is not listed is forbidden; a folder that is not listed is an error.
 * A room is a folder or a file of the source folder; `room/file` allows that file (or folder) of a room only.
 * Every room may import itself. The reasons are in docs/decisions/001-rooms-and-flow.md.
 */
export const ROOMS = {
  errors: [],
  devkit: ['errors'],
  model: ['errors'],
  options: ['model', 'errors'],
  dockerfile: ['model', 'errors'],
  plan: ['model', 'errors', 'dockerfile'],
  layout: ['model', 'errors', 'dockerfile', 'plan/names'],
  hints: [],
  inspect: ['model', 'errors', 'dockerfile', 'layout'],
  affected: ['model', 'errors', 'dockerfile', 'layout', 'inspect'],
  ports: ['model'],
  run: ['model', 'ports', 'errors', 'plan/argv'],
  publish: ['model', 'ports', 'errors', 'plan/argv', 'run/bounded'],
  report: ['model'],
  registry: [],
  pipeline: [
    'options',
    'dockerfile',
    'layout',
    'hints',
    'inspect',
    'affected',
    'plan',
    'setup',
    'run',
    'publish',
    'report',
    'ports',
    'model',
    'errors',
  ],
  adapters: ['ports', 'model', 'errors', 'registry', 'options', 'layout/json', 'devkit'],
  graph: ['options', 'dockerfile', 'layout', 'hints', 'plan', 'model', 'errors'],
  setup: ['model', 'errors', 'layout/json', 'plan/state'],
  generators: ['options', 'dockerfile', 'plan', 'setup', 'model', 'errors', 'devkit'],
  executors: ['pipeline', 'adapters/compose', 'options', 'report', 'ports', 'model', 'errors'],
  cli: ['pipeline', 'adapters/compose', 'options', 'report', 'ports', 'model', 'errors'],
  index: ['pipeline', 'adapters/compose', 'graph', 'options', 'report', 'ports', 'model', 'errors'],
};

/**
 * Packages, and the rooms that may import them. `types` allows `import type` only; `peer` is installed by the user,
 * all others are bundled into `dist/vendor`, so a new row needs a root devDependency and nothing else.
 */
export const PACKAGES = {
  zod: { rooms: ['options', 'registry', 'adapters', 'cli', 'hints'] },
  execa: { rooms: ['adapters'] },
  'env-ci': { rooms: ['adapters'] },
  tinyglobby: { rooms: ['adapters'] },
  yaml: { rooms: ['adapters', 'hints'] },
  semver: { rooms: ['adapters', 'plan'] },
  'jsonc-parser': { rooms: ['setup'] },
  tar: { rooms: ['adapters'] },
  'dockerfile-ast': { rooms: ['dockerfile'] },
  /** Not every workspace has it: `devkit` finds the functions, all others take types. */
  '@nx/devkit': {
    rooms: ['devkit'],
    types: ['graph', 'generators', 'executors', 'index'],
    peer: true,
  },
};

/** node's own modules: room → module → the names that it may take, `*` for all. */
export const BUILTINS = {
  /** Rooms that touch the machine. */
  everything: ['adapters', 'cli'],
  /** Rooms that may import types of any module. */
  types: ['executors'],
  /** What computes and touches nothing is free in every room but these. */
  pure: {
    modules: {
      'node:path': ['posix'],
      'node:path/posix': '*',
      'node:crypto': ['createHash', 'Hash'],
      'node:util': ['styleText'],
    },
    except: ['errors', 'model'],
  },
  rooms: {
    /** A graph plugin reads files; it writes what it has read into Nx's workspace data, and nothing else. */
    graph: {
      'node:path': '*',
      'node:fs': [
        'existsSync',
        'mkdirSync',
        'readFileSync',
        'readdirSync',
        'realpathSync',
        'statSync',
        'lstatSync',
        'writeFileSync',
        'Dirent',
        'Stats',
      ],
    },
    generators: { 'node:path': '*' },
    devkit: { 'node:module': ['createRequire'] },
  },
};
