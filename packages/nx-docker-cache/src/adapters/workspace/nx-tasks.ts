import { namedTasks } from '../../options/named-tasks';

export const RUN_EXECUTOR = 'nx-docker-cache:run';

interface Target {
  readonly executor?: string;
  readonly options?: unknown;
}

/**
 * Raw options of the stage tasks of a build among a project's targets: by the names of the targets, and by the names that
 * they were inferred from, `test` for `docker-test`.
 * @param build the target that builds the image
 */
export function nxTasks(
  targets: Readonly<Record<string, Target>>,
  build: string,
): Readonly<Record<string, unknown>> {
  const prefix = prefixOf(build);
  const tasks = tasksOf(targets, build);
  const short = tasks.filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries([
    ...short.map(([name, options]) => [name.slice(prefix.length), options] as const),
    ...tasks,
  ]);
}

/**
 * All of them, each once: by the names of their targets, and what the build's own options have that no target was
 * inferred from, as where the plugin is not in nx.json.
 */
export function nxTargetTasks(
  targets: Readonly<Record<string, Target>>,
  build: string,
): Readonly<Record<string, unknown>> {
  const tasks = Object.fromEntries(tasksOf(targets, build));
  const named = Object.entries(namedTasks(targets[build]?.options));
  const others = named.flatMap(([name, options]) => {
    const target = `${prefixOf(build)}${name}`;
    if (Object.hasOwn(tasks, target)) return [];
    return [[Object.hasOwn(tasks, name) ? target : name, options] as const];
  });
  return { ...Object.fromEntries(others), ...tasks };
}

/** `docker-build` → `docker-`, `docker-build-web` → `docker-web-`; a name of the user's own stays whole. */
function prefixOf(build: string): string {
  return `${build.replace(/(^|[-:])build(?=[-:]|$)/, '').replace(/^[-:]/, '') || 'docker'}-`;
}

function tasksOf(
  targets: Readonly<Record<string, Target>>,
  build: string,
): [name: string, options: object][] {
  return Object.entries(targets).flatMap(([name, { executor, options }]) => {
    const { buildTarget = build } = (options ?? {}) as { readonly buildTarget?: unknown };
    return executor === RUN_EXECUTOR && buildTarget === build ? [[name, options ?? {}]] : [];
  });
}
