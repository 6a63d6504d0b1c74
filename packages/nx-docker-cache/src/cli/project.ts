import type { WorkspacePort, WorkspaceProject } from '../ports/workspace';
import type { Invocation } from './flags';

/** A project of the workspace with the command line's options over its own. `cache` and records are merged. */
export async function projectWith(
  workspace: WorkspacePort,
  name: string,
  { overrides }: Invocation,
  target?: string,
): Promise<WorkspaceProject> {
  const project = await workspace.project(name, target);
  const own = asRecord(project.options);
  const merged: Record<string, unknown> = { ...own, ...overrides };
  for (const key of ['buildArgs', 'labels']) {
    if (overrides[key] !== undefined) merged[key] = { ...asRecord(own[key]), ...asRecord(overrides[key]) };
  }
  if (typeof overrides['cache'] === 'string' && typeof own['cache'] === 'object') {
    merged['cache'] = { ...asRecord(own['cache']), kind: overrides['cache'] };
  }
  return { ...project, options: merged, platforms: project.platforms ?? own['platforms'] };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
