import { posix } from 'node:path';
import { ignoreFileCandidates, isIgnored, parseIgnore, type IgnoreRules } from '../dockerfile';
import type { Source } from '../model/dockerfile';
import type { IgnoreFacts } from '../model/facts';
import { STATE_FOLDER } from '../plan';
import type { FilesPort } from '../ports/files';

/**
 * The ignore rules of a build. Receipts and local caches lie in the workspace, and change with every build: where
 * the context holds them and nothing leaves them out, a `COPY . .` would never hit. A rule of ours does it then.
 * @throws DockerCacheError DOCKERFILE_SYNTAX
 */
export async function readIgnore(
  dockerfile: string,
  context: string,
  sources: readonly Source[],
  files: FilesPort,
): Promise<IgnoreFacts> {
  let file: string | undefined;
  let text: string | undefined;
  for (file of ignoreFileCandidates(dockerfile, context)) {
    text = await files.readText(file);
    if (text !== undefined) break;
  }
  if (text === undefined) file = undefined;
  const added = addedRules(context, parseIgnore(text ?? ''), sources);
  return withRules({ file, added: [], text: text ?? '' }, added);
}

/** The same with further rules after its own. */
export function withRules({ file, text, added }: IgnoreFacts, rules: readonly string[]): IgnoreFacts {
  return { file, added: [...added, ...rules], text: [text, ...rules].join('\n') };
}

function addedRules(context: string, rules: IgnoreRules, sources: readonly Source[]): string[] {
  const state = posix.relative(context, STATE_FOLDER);
  if (
    posix.isAbsolute(context) ||
    context.startsWith('..') ||
    state.startsWith('../') ||
    isIgnored(rules, state)
  )
    return [];
  const named = sources.some(({ path }) => path === state || path.startsWith(`${state}/`));
  return named ? [] : [`/${state.replace(/[*?[\]\\]/g, '\\$&')}`];
}
