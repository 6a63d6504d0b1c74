import { posix } from 'node:path';
import { contextSources, inferContext, runsWorkspaceTool, type ContextQuestion } from '../dockerfile';
import type { ContextAnswer } from '../dockerfile';
import type { FileFacts } from '../model/facts';
import type { FilesPort } from '../ports/files';
import type { ContextHints } from './context-hints';

export type ReadDockerfile = Pick<FileFacts, 'dockerfile' | 'parsed'>;

/** A question, and its answer as long as nobody else is asked. */
export interface OwnContext {
  readonly question: ContextQuestion;
  readonly answer: ContextAnswer;
}

/**
 * What a Dockerfile tells of its context, and where that is not enough, what compose and CI files tell.
 * @throws DockerCacheError UNKNOWN_STAGE
 */
export async function ownContext(
  { dockerfile, parsed }: ReadDockerfile,
  projectRoot: string,
  target: string | undefined,
  { files, hints }: { readonly files: FilesPort; readonly hints: ContextHints },
): Promise<OwnContext> {
  const question: ContextQuestion = {
    ...{ dockerfilePath: dockerfile, projectRoot },
    sources: contextSources(parsed, target),
    workspaceTool: runsWorkspaceTool(parsed, target),
    exists: (path: string) => files.kind(path) !== undefined,
  };
  const answer = inferContext(question);
  if (!answer.open || posix.isAbsolute(dockerfile)) return { question, answer };
  const heard = { ...question, hints: await hints.of(dockerfile) };
  return { question: heard, answer: inferContext(heard) };
}
