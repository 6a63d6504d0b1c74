import { DockerCacheError } from '../errors';
import type { FileFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { FilesPort } from '../ports/files';
import type { WorkspaceProject } from '../ports/workspace';
import { inProject } from './in-project';
import type { ReadDockerfile } from './own-context';
import type { Siblings } from './siblings';

export type SettledContext = Pick<
  FileFacts,
  'context' | 'contextReason' | 'contextDecided' | 'contextIndirect' | 'contextAround'
>;

/**
 * The context of a build: what the options say, else what the Dockerfile and the files around it tell.
 * @throws DockerCacheError NO_CONTEXT, UNKNOWN_STAGE
 */
export async function settleContext(
  options: Pick<BuildOptions, 'context' | 'target'>,
  project: Pick<WorkspaceProject, 'root'>,
  read: ReadDockerfile,
  { files, siblings }: { readonly files: FilesPort; readonly siblings: Siblings },
): Promise<SettledContext> {
  if (options.context !== undefined) {
    const context = inProject(options.context, project);
    const set = {
      ...{ contextReason: 'set by the options', contextDecided: true, contextIndirect: false },
      contextAround: { open: false, silent: false, heard: [] },
    };
    if (files.kind(context) === 'folder') return { context, ...set };
    throw new DockerCacheError({
      code: 'NO_CONTEXT',
      message: 'the build context is not a folder',
      expected: 'a folder, relative to the workspace root',
      found: files.kind(context) === 'file' ? `the file ${context}` : `nothing at ${context}`,
      hint: 'Correct the option `context`; {projectRoot} stands for the project folder.',
    });
  }
  const answer = await siblings.settle(read, project.root, options.target);
  const { context, reason, decided, indirect, open, silent, heard } = answer;
  const contextAround = { open, silent, heard };
  return {
    ...{ context, contextReason: reason, contextDecided: decided, contextIndirect: indirect },
    contextAround,
  };
}
