import type { Draft } from './draft';
import type { Json } from './json-edit';
import { BUILD_TASK, PUBLISH_TASK, taskScript, type SetupFacts, type SetupPackage } from './model';
import { inputsOf } from './turbo-inputs';
import { passedThrough } from './variables';

const NAMES = ['turbo.json', 'turbo.jsonc'];

/** The tasks in turbo.json, and in a package's own where its image reads more than the package. */
export function addTurbo(draft: Draft, facts: SetupFacts): void {
  const file = turboFile(draft, '.');
  if (draft.at(file, ['tasks']) === undefined && draft.at(file, ['pipeline']) !== undefined) {
    draft.note(
      `${file} is of Turborepo 1 (\`pipeline\`) and left as it is: run npx @turbo/codemod migrate, then this again`,
    );
    return;
  }
  const passThroughEnv = passedThrough(facts.rootNames, facts.registry);
  const shared = { cache: false, passThroughEnv };
  const tasks = [...new Set(facts.packages.flatMap((pack) => pack.tasks.map(taskScript)))].sort();
  addTask(draft, file, BUILD_TASK, shared);
  for (const task of tasks) addTask(draft, file, task, { dependsOn: [BUILD_TASK], ...shared });
  addTask(draft, file, PUBLISH_TASK, { dependsOn: [BUILD_TASK, ...tasks], ...shared });
  for (const pack of facts.packages) addPackage(draft, facts, pack, file);
  const outside = facts.packages.some((pack) => inputsOf(pack, facts) !== undefined);
  if (outside && draft.at(file, ['futureFlags', 'affectedUsingTaskInputs']) !== true)
    draft.note(
      `\`turbo run ${BUILD_TASK} --affected\` looks at packages only, and misses what images read elsewhere: ` +
        `set "futureFlags": { "affectedUsingTaskInputs": true } in ${file}, or run all (what did not change is skipped)`,
    );
}

/** A task that is there stays; one that Turborepo may take from its cache is worth a word. */
function addTask(draft: Draft, file: string, task: string, definition: Readonly<Record<string, Json>>): void {
  draft.add(file, ['tasks', task], definition);
  if (draft.at(file, ['tasks', task, 'cache']) !== false)
    draft.note(
      `${file}: ${task} should have "cache": false, or a hit passes for an image that may be nowhere`,
    );
}

function addPackage(draft: Draft, facts: SetupFacts, pack: SetupPackage, rootFile: string): void {
  const inputs = inputsOf(pack, facts);
  const dependsOn = dependsOnOf(pack);
  const wanted: Record<string, Json> = {
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(pack.variables.args.length === 0 ? {} : { env: pack.variables.args }),
    ...(pack.variables.secrets.length === 0
      ? {}
      : { passThroughEnv: ['$TURBO_EXTENDS$', ...pack.variables.secrets] }),
  };
  if (Object.keys(wanted).length === 0) return;
  if (pack.root === '.') {
    for (const [key, value] of Object.entries(wanted)) draft.add(rootFile, ['tasks', BUILD_TASK, key], value);
    return;
  }
  const file = turboFile(draft, pack.root);
  draft.add(file, ['extends'], ['//']);
  for (const [key, value] of Object.entries(wanted)) draft.add(file, ['tasks', BUILD_TASK, key], value);
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

function turboFile(draft: Draft, folder: string): string {
  const paths = NAMES.map((name) => (folder === '.' ? name : `${folder}/${name}`));
  return paths.find((path) => draft.text(path) !== undefined) ?? paths[0]!;
}

/** Every file that `addTurbo` may want to read. */
export function turboFiles(folder: string): string[] {
  return NAMES.map((name) => (folder === '.' ? name : `${folder}/${name}`));
}
