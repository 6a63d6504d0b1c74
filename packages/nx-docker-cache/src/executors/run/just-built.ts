import type { ExecutorContext } from '@nx/devkit';

/**
 * true where this run of Nx does the build before the task, so that the build's receipt speaks of the files as they are.
 * Not with `--exclude-task-dependencies`, nor where the target does not depend on the build.
 * @param target that builds the project's image
 */
export function justBuilt(
  target: string,
  { taskGraph, projectName, targetName }: Pick<ExecutorContext, 'taskGraph' | 'projectName' | 'targetName'>,
): boolean {
  if (taskGraph === undefined) return false;
  const isOf = (id: string, name: string | undefined): boolean => {
    const task = taskGraph.tasks[id]?.target;
    return task !== undefined && task.project === projectName && task.target === name;
  };
  const seen = new Set<string>();
  const open = Object.keys(taskGraph.tasks).filter((id) => isOf(id, targetName));
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const before = (taskGraph.dependencies[id] ?? []).filter((one) => !seen.has(one));
    if (before.some((one) => isOf(one, target))) return true;
    before.forEach((one) => seen.add(one));
    open.push(...before);
  }
  return false;
}
