import { posix } from 'node:path';
import {
  contextSources,
  inferContext,
  runsWorkspaceTool,
  type ContextAnswer,
  type ContextHint,
} from '../dockerfile';
import { DockerCacheError } from '../errors';
import { contextHints, hintFilesIn, hintFolders, readHints } from '../hints';
import type { FileFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { FilesPort } from '../ports/files';
import type { WorkspaceProject } from '../ports/workspace';

export type SettledContext = Pick<FileFacts, 'context' | 'contextReason' | 'contextDecided'>;
type ReadDockerfile = Pick<FileFacts, 'dockerfile' | 'parsed'>;

/**
 * The context of a build: what the options say, else what the Dockerfile and the files around it tell.
 * @throws DockerCacheError NO_CONTEXT, UNKNOWN_STAGE
 */
export async function settleContext(
  options: Pick<BuildOptions, 'context' | 'target'>,
  project: Pick<WorkspaceProject, 'root'>,
  read: ReadDockerfile,
  files: FilesPort,
): Promise<SettledContext> {
  if (options.context !== undefined) {
    const context = inProject(options.context, project);
    if (files.kind(context) === 'folder')
      return { context, contextReason: 'set by the options', contextDecided: true };
    throw new DockerCacheError({
      code: 'NO_CONTEXT',
      message: 'the build context is not a folder',
      expected: 'a folder, relative to the workspace root',
      found: files.kind(context) === 'file' ? `the file ${context}` : `nothing at ${context}`,
      hint: 'Correct the option `context`; {projectRoot} stands for the project folder.',
    });
  }
  const { context, reason, decided } = await inferredContext(options.target, project, read, files);
  return { context, contextReason: reason, contextDecided: decided };
}

/** What the Dockerfile tells, and where that is not enough, what compose and CI files do. @throws UNKNOWN_STAGE */
export async function inferredContext(
  target: string | undefined,
  project: Pick<WorkspaceProject, 'root'>,
  { dockerfile, parsed }: ReadDockerfile,
  files: FilesPort,
): Promise<ContextAnswer> {
  const question = {
    dockerfilePath: dockerfile,
    projectRoot: project.root,
    sources: contextSources(parsed, target),
    workspaceTool: runsWorkspaceTool(parsed, target),
    exists: (path: string) => files.kind(path) !== undefined,
  };
  const answer = inferContext(question);
  if (!answer.open || posix.isAbsolute(dockerfile)) return answer;
  return inferContext({ ...question, hints: await hintsFor(dockerfile, files) });
}

async function hintsFor(dockerfile: string, files: FilesPort): Promise<ContextHint[]> {
  const hints: ContextHint[] = [];
  for (const folder of hintFolders(dockerfile)) {
    for (const path of hintFilesIn(folder, await files.list(folder))) {
      const text = await files.readText(path).catch(() => undefined);
      if (text !== undefined) hints.push(...contextHints(readHints({ path, text }), dockerfile));
    }
  }
  return hints.filter(({ context }) => files.kind(context) === 'folder');
}

/** A path of the options, relative to the workspace root. */
export function inProject(path: string, project: Pick<WorkspaceProject, 'root'>): string {
  return posix.normalize(path.replaceAll('{projectRoot}', project.root).replaceAll('{workspaceRoot}', '.'));
}
