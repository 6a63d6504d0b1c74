import { DockerCacheError } from '../../errors';
import type { JudgedBuild } from '../../affected';
import type { WorkspacePort, WorkspaceProject } from '../../ports/workspace';

/** Undefined for a Dockerfile in a folder that is no project: nobody can build it by a name. */
export async function projectOf(
  { project: { name }, target }: Pick<JudgedBuild, 'project' | 'target'>,
  workspace: Pick<WorkspacePort, 'project'>,
): Promise<WorkspaceProject | undefined> {
  try {
    return await workspace.project(name, target);
  } catch (error) {
    if (error instanceof DockerCacheError && error.code === 'UNKNOWN_PROJECT') return undefined;
    throw error;
  }
}
