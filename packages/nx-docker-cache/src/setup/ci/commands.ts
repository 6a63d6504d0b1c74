import type { CiFacts, PackageManager } from './model';

const INSTALL: Readonly<Record<PackageManager, string>> = {
  npm: 'npm ci',
  pnpm: 'pnpm install --frozen-lockfile',
  yarn: 'yarn install --immutable',
  'yarn-classic': 'yarn install --frozen-lockfile',
  bun: 'bun install --frozen-lockfile',
};

/** Commands of packages. Their output is read, so nothing may be printed beside it: `yarn run` of yarn 1 has a header. */
const EXEC: Readonly<Record<PackageManager, string>> = {
  npm: 'npx',
  pnpm: 'pnpm exec',
  yarn: 'yarn exec',
  'yarn-classic': 'yarn --silent run',
  bun: 'bunx',
};

/** Scripts of packages. */
const RUN: Readonly<Record<PackageManager, string>> = {
  npm: 'npm run',
  pnpm: 'pnpm run',
  yarn: 'yarn run',
  'yarn-classic': 'yarn run',
  bun: 'bun run',
};

type Facts = Pick<CiFacts, 'runner' | 'manager' | 'targets' | 'shards'>;

export function installCommand(manager: PackageManager): string {
  return INSTALL[manager];
}

/** The matrix on one line, or a child pipeline. @param flags of `nx-docker-cache matrix` */
export function matrixCommand({ manager }: Facts, flags: string): string {
  return `${EXEC[manager]} nx-docker-cache matrix ${flags}`;
}

/**
 * What of a shard the commands take, as `matrix` calls it; the variable is called the same in capitals. Nx takes targets
 * besides: a project may have several builds. Turborepo knows packages, which may be called otherwise than the projects,
 * and their folders. Without either, nobody else runs the scripts that make what images copy. Stage tasks are named by
 * `matrix` as well, so that one which came after the pipeline is run.
 */
export function wordsOf({ runner }: Pick<Facts, 'runner'>): {
  all: 'projects' | 'names' | 'folders';
  each: string[];
} {
  if (runner === 'nx') return { all: 'names', each: ['names', 'targets'] };
  return runner === 'turborepo'
    ? { all: 'folders', each: ['folders', 'tasks'] }
    : { all: 'projects', each: ['projects', 'scripts', 'tasks'] };
}

/** What the job that publishes takes of all shards. */
export function handedOnOf(facts: Pick<Facts, 'runner'>): string[] {
  const { all, each } = wordsOf(facts);
  return each.includes('scripts') ? [all, 'scripts'] : [all];
}

/**
 * Builds and tests what a shard names, in words separated by blanks. They stand in variables: one that a pull request made
 * up is a word of a command, and never a command.
 */
export function buildCommands(facts: Facts): string[] {
  const { runner, targets } = facts;
  if (runner !== 'none')
    return [run(facts, runner === 'nx' ? ['$TARGETS', ...targets.tasks] : [targets.build, '$TASKS'])];
  const exec = `${EXEC[facts.manager]} nx-docker-cache`;
  return [runScripts(facts), `${exec} build $PROJECTS`, runTasks(exec)];
}

/** The build is there already, so that it is skipped, and tests have passed: it is known what gets the tags. */
export function publishCommands(facts: Facts): string[] {
  const { runner, targets, manager } = facts;
  if (runner !== 'none') return [run(facts, targets.publish)];
  const exec = `${EXEC[manager]} nx-docker-cache`;
  return [runScripts(facts), `${exec} build $PROJECTS`, `${exec} publish $PROJECTS`];
}

function run({ runner, manager }: Facts, targets: readonly string[]): string {
  const names = targets.join(' ');
  return runner === 'nx'
    ? `${EXEC[manager]} nx run-many -t ${names} --projects "$(echo $NAMES | tr ' ' ',')"`
    : `${EXEC[manager]} turbo run ${names} $(printf -- '--filter=./%s ' $FOLDERS)`;
}

/** What images copy of `dist` folders: each word is a folder, a colon and a script, in the order to run them in. */
function runScripts({ manager }: Facts): string {
  return `for script in $SCRIPTS; do (cd "./\${script%%:*}" && ${RUN[manager]} "\${script#*:}") || exit 1; done`;
}

/** Each word is a project, a colon and a task. */
function runTasks(exec: string): string {
  return `for task in $TASKS; do ${exec} run "\${task%:*}" "\${task##*:}" || exit 1; done`;
}
