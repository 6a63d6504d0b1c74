import { posix } from 'node:path';
import type { InspectedDockerfile, Inspection } from '../../model/inspection';
import type { WorkspaceSurvey } from '../../model/survey';
import type { WorkspacePort } from '../../ports/workspace';
import { namedBuild } from '../named-build';

/**
 * The part of an inspection that belongs to a project, by its name or folder, to one of its builds, `project:target`, or
 * to a Dockerfile, by its path.
 * @throws DockerCacheError UNKNOWN_PROJECT, NO_TARGET
 */
export async function selected(
  name: string,
  all: Inspection,
  { projects }: WorkspaceSurvey,
  workspace: WorkspacePort,
): Promise<Inspection> {
  const path = posix.normalize(name).replace(/(.)\/$/, '$1');
  const only = (keep: (entry: InspectedDockerfile) => boolean): Inspection => ({
    ...all,
    dockerfiles: all.dockerfiles.filter(keep),
  });
  if (all.dockerfiles.some((entry) => entry.path === path)) return only((entry) => entry.path === path);
  const project = projects.find((one) => one.name === name) ?? projects.find(({ root }) => root === path);
  // What the survey does not know may still be a folder, or is refused with the names that there are.
  if (project !== undefined) return only((entry) => entry.projects.some((one) => one.name === project.name));
  const named = await namedBuild(name, workspace);
  const { target } = named;
  const found = await workspace.project(named.name, target);
  return only((entry) =>
    target === undefined
      ? posix.dirname(entry.path) === found.root
      : entry.projects.some((one) => one.name === found.name && one.target === target),
  );
}
