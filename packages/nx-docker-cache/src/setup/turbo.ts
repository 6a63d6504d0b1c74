import type { Draft } from './draft';
import type { Json } from './json-edit';
import {
  BUILD_TASK,
  PNPM_WORKSPACE,
  PUBLISH_TASK,
  taskScript,
  type SetupFacts,
  type SetupPackage,
} from './model';
import { inputsOf } from './turbo-inputs';
import { passedThrough } from './variables';

const NAMES = ['turbo.json', 'turbo.jsonc'];
/** Turborepo runs a script of the root under this name only, and nothing without a word under the plain one. */
const ROOT_TASK = '//#';

/** The tasks in turbo.json, and in a package's own where its image reads more than the package. */
export function addTurbo(draft: Draft, facts: SetupFacts): void {
  const file = turboFile(draft, '.');
  if (draft.at(file, ['tasks']) === undefined && draft.at(file, ['pipeline']) !== undefined) {
    draft.note(
      `${file} is of Turborepo 1 (\`pipeline\`) and left as it is: run npx @turbo/codemod migrate, then this again`,
    );
    return;
  }
  const shared = { cache: false, passThroughEnv: passedThrough(facts.rootNames, facts.registry) };
  const alone = isSinglePackage(draft);
  const [root] = facts.packages.filter((pack) => pack.root === '.');
  const others = facts.packages.filter((pack) => pack !== root);
  if (!alone) {
    addTasks(draft, file, '', others, shared);
    for (const pack of others) addPackage(draft, facts, pack);
  }
  if (root !== undefined) addRoot(draft, file, root, { facts, prefix: alone ? '' : ROOT_TASK, shared });
  const outside = facts.packages.some((pack) => inputsOf(pack, facts) !== undefined);
  if (outside && draft.at(file, ['futureFlags', 'affectedUsingTaskInputs']) !== true)
    draft.note(
      `\`turbo run ${BUILD_TASK} --affected\` looks at packages only, and misses what images read elsewhere: ` +
        `set "futureFlags": { "affectedUsingTaskInputs": true } in ${file}, or run all (what did not change is skipped)`,
    );
}

interface SharedTask {
  readonly cache: boolean;
  readonly passThroughEnv: readonly string[];
}

/** Building, stage tasks and publishing, in this order. */
function addTasks(
  draft: Draft,
  file: string,
  prefix: string,
  packages: readonly SetupPackage[],
  shared: SharedTask,
): void {
  const tasks = [...new Set(packages.flatMap((pack) => pack.tasks.map(taskScript)))].sort();
  const add = (task: string, definition: object): void =>
    addTask(draft, file, prefix + task, { ...definition, ...shared });
  add(BUILD_TASK, {});
  for (const task of tasks) add(task, { dependsOn: [BUILD_TASK] });
  add(PUBLISH_TASK, { dependsOn: [BUILD_TASK, ...tasks] });
}

/** A task that is there stays; one that Turborepo may take from its cache is worth a word. */
function addTask(draft: Draft, file: string, task: string, definition: Readonly<Record<string, Json>>): void {
  draft.add(file, ['tasks', task], definition);
  if (draft.at(file, ['tasks', task, 'cache']) !== false)
    draft.note(
      `${file}: ${task} should have "cache": false, or a hit passes for an image that may be nowhere`,
    );
}

function addPackage(draft: Draft, facts: SetupFacts, pack: SetupPackage): void {
  const { secrets } = pack.variables;
  const wanted = {
    ...ownOf(pack, facts),
    ...(secrets.length === 0 ? {} : { passThroughEnv: ['$TURBO_EXTENDS$', ...secrets] }),
  };
  if (Object.keys(wanted).length === 0) return;
  const file = turboFile(draft, pack.root);
  draft.add(file, ['extends'], ['//']);
  for (const [key, value] of Object.entries(wanted)) draft.add(file, ['tasks', BUILD_TASK, key], value);
}

interface RootTasks {
  readonly facts: SetupFacts;
  readonly prefix: string;
  readonly shared: SharedTask;
}

/** It has no file of its own, and its tasks take nothing over from those of the packages. */
function addRoot(draft: Draft, file: string, pack: SetupPackage, { facts, prefix, shared }: RootTasks): void {
  const passThroughEnv = [...shared.passThroughEnv, ...pack.variables.secrets];
  addTask(draft, file, prefix + BUILD_TASK, { ...ownOf(pack, facts), ...shared, passThroughEnv });
  addTasks(draft, file, prefix, [pack], shared);
}

/** What the build of a package adds to that of all. */
function ownOf(pack: SetupPackage, facts: SetupFacts): Record<string, Json> {
  const inputs = inputsOf(pack, facts);
  const dependsOn = dependsOnOf(pack);
  return {
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(pack.variables.args.length === 0 ? {} : { env: pack.variables.args }),
  };
}

/** Tasks that make what the image takes: files of this package or another, and images that it starts from. */
function dependsOnOf({ name, dockerfile }: SetupPackage): string[] {
  const files = dockerfile.outputs.map(({ project, target }) =>
    project === name ? target : `${project}#${target}`,
  );
  const images = dockerfile.externalImages.flatMap(({ builtBy }) =>
    builtBy === undefined || builtBy.project === name ? [] : [`${builtBy.project}#${builtBy.target}`],
  );
  return [...new Set([...files, ...images])].sort();
}

/** Where there are no other packages, tasks of the root go by their plain names, and Turborepo refuses the others. */
function isSinglePackage(draft: Draft): boolean {
  const ofPnpm = /^packages:/m.test(draft.text(PNPM_WORKSPACE) ?? '');
  return !ofPnpm && draft.at('package.json', ['workspaces']) === undefined;
}

function turboFile(draft: Draft, folder: string): string {
  const paths = NAMES.map((name) => (folder === '.' ? name : `${folder}/${name}`));
  return paths.find((path) => draft.text(path) !== undefined) ?? paths[0]!;
}

/** Every file that `addTurbo` may want to read. */
export function turboFiles(folder: string): string[] {
  return NAMES.map((name) => (folder === '.' ? name : `${folder}/${name}`));
}
