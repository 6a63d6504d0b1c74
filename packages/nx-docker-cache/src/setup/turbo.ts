import type { Draft } from './draft';
import type { Json } from './json-edit';
import { BUILD_TASK, PUBLISH_TASK, taskScript, type SetupFacts, type SetupPackage } from './model';
import { isOurs, manifestOf } from './scripts';
import { since, turboKnows } from './turbo-features';
import { goesByInputs, isSinglePackage, ROOT_TASK, turboFile } from './turbo-files';
import { inputsOf } from './turbo-inputs';
import { addPackage, ownOf, readBy } from './turbo-package';
import { passedThrough } from './variables';

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
    addTask(draft, file, BUILD_TASK, shared);
    addTasks(draft, file, '', tasksOf(others), () => shared);
  }
  // Those of packages may wait for it.
  if (root !== undefined) addRoot(draft, file, root, { facts, prefix: alone ? '' : ROOT_TASK, shared });
  if (!alone) for (const pack of others) addPackage(draft, facts, pack);
  addNotes(draft, file, facts);
}

function addNotes(draft: Draft, file: string, facts: SetupFacts): void {
  const { packages, turbo } = facts;
  const unknown = packages.filter(({ name, root }) => root !== '.' && !facts.packageNames.has(name));
  for (const { root } of unknown) {
    const what =
      draft.at(manifestOf(root), ['name']) === undefined
        ? `${root}/package.json: give it a name`
        : `${root}: have the workspace's patterns name it`;
    draft.note(`${what}, or Turborepo leaves it out; then run this again`);
  }
  const outside = packages
    .filter((pack) => inputsOf(pack, facts, true) !== undefined)
    .map(({ root }) => root);
  if (outside.length === 0) return;
  if (!turboKnows(turbo, 'rootInputs'))
    draft.note(
      `no inputs are written for ${outside.join(', ')}: those outside of a package are unknown to turbo ${turbo}; update it to ${since('rootInputs')} or later and run this again`,
    );
  const misses = `\`turbo run ${BUILD_TASK} --affected\` looks at packages only, and misses what images read elsewhere`;
  if (!turboKnows(turbo, 'affectedByInputs'))
    draft.note(
      `${misses}: run all (what did not change is skipped); turbo ${since('affectedByInputs')} can do better`,
    );
  else if (!goesByInputs(draft))
    draft.note(
      `${misses}: set "futureFlags": { "affectedUsingTaskInputs": true } in ${file} and run this again, or run all (what did not change is skipped)`,
    );
}

interface SharedTask {
  readonly cache: boolean;
  readonly passThroughEnv: string[];
}

interface RootTasks {
  readonly facts: SetupFacts;
  readonly prefix: string;
  readonly shared: SharedTask;
}

/** Scripts of stage tasks, and then that of publishing. */
function tasksOf(packages: readonly SetupPackage[]): readonly string[] {
  return [...[...new Set(packages.flatMap((pack) => pack.tasks.map(taskScript)))].sort(), PUBLISH_TASK];
}

/** What waits for the build: each for all that come before it. */
function addTasks(
  draft: Draft,
  file: string,
  prefix: string,
  tasks: readonly string[],
  definitionOf: (task: string) => SharedTask,
): void {
  for (const task of tasks) {
    const first = task === PUBLISH_TASK ? tasks.filter((one) => one !== PUBLISH_TASK) : [];
    addTask(draft, file, prefix + task, { dependsOn: [BUILD_TASK, ...first], ...definitionOf(task) });
  }
}

/** A task that is there stays; one that Turborepo may take from its cache is worth a word. */
function addTask(draft: Draft, file: string, task: string, definition: Readonly<Record<string, Json>>): void {
  draft.add(file, ['tasks', task], definition);
  if (draft.at(file, ['tasks', task, 'cache']) !== false)
    draft.note(
      `${file}: ${task} should have "cache": false, or a hit passes for an image that may be nowhere`,
    );
}

/**
 * It has no file of its own, and its tasks take nothing over from those of the packages. A script of it that people wrote
 * may well be `turbo run docker-build`; as a task that would go in circles, and Turborepo refuses all of a run for it.
 */
function addRoot(draft: Draft, file: string, pack: SetupPackage, { facts, prefix, shared }: RootTasks): void {
  const scriptOf = (task: string): unknown => draft.at('package.json', ['scripts', task]);
  const foreign = [BUILD_TASK, ...tasksOf([pack])].filter((task) => !isOurs(scriptOf(task)));
  for (const task of foreign)
    draft.note(
      `package.json: the script ${task} is ${JSON.stringify(scriptOf(task))}, so it is no task for the root's image: ` +
        'call that one otherwise and run this again',
    );
  if (foreign.includes(BUILD_TASK)) return;
  const withOwn = (own: readonly string[]): SharedTask => ({
    ...shared,
    passThroughEnv: [...new Set([...shared.passThroughEnv, ...own])],
  });
  const ofBuild = withOwn(pack.variables.others);
  addTask(draft, file, prefix + BUILD_TASK, { ...ownOf(draft, pack, facts), ...ofBuild });
  const tasks = tasksOf([pack]).filter((task) => !foreign.includes(task));
  addTasks(draft, file, prefix, tasks, (task) => withOwn(readBy(pack, task)));
}
