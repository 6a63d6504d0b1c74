import type { RunnerBuild, RunnerOrder } from '../../ports/changes';

/**
 * Which builds wait for which, in a graph of tasks. What another build waits for in turn is said of that one.
 * @param idOf the task that a build is
 * @param next the tasks that a task waits for
 */
export function orderIn(
  builds: readonly RunnerBuild[],
  idOf: (build: RunnerBuild) => string,
  next: (id: string) => readonly string[],
): RunnerOrder[] {
  const byId = new Map(
    builds.map(({ project, target, root }) => [idOf({ project, target, root }), { project, target }]),
  );
  return [...byId].flatMap(([id, build]) => {
    const seen = new Set([id]);
    const found: RunnerOrder[] = [];
    for (const task of seen) {
      const needs = task === id ? undefined : byId.get(task);
      if (needs === undefined) next(task).forEach((one) => seen.add(one));
      else found.push({ build, needs });
    }
    return found;
  });
}
