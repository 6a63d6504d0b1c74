import type { ProjectNode } from '../../model/prune';

/**
 * The names of a project and of all that it needs, directly or not.
 * @returns undefined where no node has the name
 */
export function closureOf(name: string, projects: readonly ProjectNode[]): ReadonlySet<string> | undefined {
  const nodes = new Map(projects.map((node) => [node.name, node]));
  if (!nodes.has(name)) return undefined;
  const reached = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = nodes.get(next);
    if (node === undefined || reached.has(next)) continue;
    reached.add(next);
    waiting.push(...node.dependencies);
  }
  return reached;
}
