import type { Draft } from './draft';
import { BUILD_TASK, PUBLISH_TASK, taskScript, type SetupFacts, type SetupPackage } from './model';
import { goesByInputs, isSinglePackage, ROOT_TASK, textsAt, turboFile } from './turbo-files';
import { turboKnows } from './turbo-features';
import { inputsOf } from './turbo-inputs';

const EXTENDS = '$TURBO_EXTENDS$';

type Lists = Readonly<Record<string, readonly string[]>>;

/** The package's own file, where its image reads more than the package. What the root has stays in force. */
export function addPackage(draft: Draft, facts: SetupFacts, pack: SetupPackage): void {
  const ofBuild = { ...ownOf(draft, pack, facts), passThroughEnv: pack.variables.others };
  const others = [...pack.tasks.map(taskScript), PUBLISH_TASK].map((task): readonly [string, Lists] => [
    task,
    { passThroughEnv: readBy(pack, task) },
  ]);
  const lists = [[BUILD_TASK, ofBuild] as const, ...others].flatMap(([task, own]) =>
    Object.entries(own).flatMap(([key, items]) => (items.length === 0 ? [] : [{ task, key, items }])),
  );
  if (lists.length === 0) return;
  const file = turboFile(draft, pack.root);
  draft.add(file, ['extends'], ['//']);
  for (const one of lists)
    draft.add(file, ['tasks', one.task, one.key], withInherited(draft, file, one, { facts, pack }));
}

/** Variables that running or publishing what was built takes: it has to find the very same build, and its tasks. */
export function readBy({ variables: { args, others, tasks } }: SetupPackage, task: string): string[] {
  const own = task === PUBLISH_TASK ? Object.values(tasks).flat() : (tasks[task] ?? []);
  return [...new Set([...others, ...args, ...own])];
}

/** What the build of a package adds to that of all. */
export function ownOf(draft: Draft, pack: SetupPackage, facts: SetupFacts): Lists {
  const inputs = turboKnows(facts.turbo, 'rootInputs')
    ? inputsOf(pack, facts, goesByInputs(draft))
    : undefined;
  const dependsOn = dependsOnOf(draft, pack, facts);
  return {
    ...(dependsOn.length === 0 ? {} : { dependsOn }),
    ...(inputs === undefined ? {} : { inputs }),
    ...(pack.variables.args.length === 0 ? {} : { env: pack.variables.args }),
  };
}

interface Wanted {
  readonly task: string;
  readonly key: string;
  readonly items: readonly string[];
}

/** A list of a package replaces the root's, unless it takes that over: by a word that older versions do not know. */
function withInherited(
  draft: Draft,
  file: string,
  { task, key, items }: Wanted,
  { facts, pack }: { readonly facts: SetupFacts; readonly pack: SetupPackage },
): string[] {
  const root = turboFile(draft, '.');
  const inherited = [`${facts.packageNames.get(pack.name) ?? ''}#${task}`, task].find(
    (name) => draft.at(root, ['tasks', name]) !== undefined,
  );
  const above = textsAt(draft, root, ['tasks', inherited ?? task, key]);
  const others = (textsAt(draft, file, ['extends']) ?? []).some((one) => one !== '//');
  const present = textsAt(draft, file, ['tasks', task, key]);
  const takesOver = present?.includes(EXTENDS) ?? turboKnows(facts.turbo, 'extends');
  if (takesOver) return above === undefined && !others ? [...items] : [EXTENDS, ...items];
  return [...new Set([...(above ?? []), ...items])];
}

/** Tasks that make what the image takes: files of this package or another, and images that it starts from. */
function dependsOnOf(draft: Draft, { name, dockerfile }: SetupPackage, facts: SetupFacts): string[] {
  const images = dockerfile.externalImages.flatMap(({ builtBy }) =>
    builtBy === undefined || builtBy.project === name ? [] : [builtBy],
  );
  const tasks = [...dockerfile.outputs, ...images].flatMap(({ project, target }) =>
    project === name ? [target] : taskOf(draft, facts, project, target),
  );
  return [...new Set(tasks)].sort();
}

/** Turborepo knows packages by their names, and ends with an error where it meets one that it does not know. */
function taskOf(draft: Draft, facts: SetupFacts, project: string, target: string): string[] {
  const isRoot = facts.packages.some((pack) => pack.name === project && pack.root === '.');
  if (isRoot && !isSinglePackage(draft)) {
    const task = `${ROOT_TASK}${target}`;
    return draft.at(turboFile(draft, '.'), ['tasks', task]) === undefined ? [] : [task];
  }
  const name = facts.packageNames.get(project);
  return name === undefined ? [] : [`${name}#${target}`];
}
