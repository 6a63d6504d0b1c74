import { posix } from 'node:path';
import { ignoreFileCandidates, isIgnored, parseIgnore, type IgnoreRules } from '../dockerfile';
import type { Source } from '../model/dockerfile';
import type { IgnoreFacts } from '../model/facts';
import { STATE_FOLDER } from '../plan';
import type { FilesPort } from '../ports/files';

/**
 * The ignore rules of a build. Receipts, local caches and what the task runner keeps lie in the workspace, and change with
 * every run: where the context holds them and nothing leaves them out, a `COPY . .` would never hit. Rules of ours do it
 * then.
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
  const added = addedRules(context, parseIgnore(text ?? ''), sources, files);
  return withRules({ file, added: [], text: text ?? '' }, added);
}

/** The same with further rules after its own. */
export function withRules({ file, text, added }: IgnoreFacts, rules: readonly string[]): IgnoreFacts {
  return { file, added: [...added, ...rules], text: [text, ...rules].join('\n') };
}

/** What a runner keeps in the workspace, by the file at its root that tells of the runner. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  'nx.json': ['.nx/cache', '.nx/workspace-data'],
  'turbo.json': ['.turbo'],
  'turbo.jsonc': ['.turbo'],
};
/** Turborepo leaves a folder of logs in each package. */
const EVERYWHERE = new Set(['.turbo']);

function addedRules(
  context: string,
  rules: IgnoreRules,
  sources: readonly Source[],
  files: Pick<FilesPort, 'kind'>,
): string[] {
  if (posix.isAbsolute(context) || context.startsWith('..')) return [];
  const runners = Object.entries(RUNNERS).filter(([file]) => files.kind(file) === 'file');
  const folders = new Set([STATE_FOLDER, ...runners.flatMap(([, kept]) => kept)]);
  return [...folders].flatMap((folder) => {
    if (EVERYWHERE.has(folder)) return isWanted(folder, rules, sources) ? [] : [`**/${folder}`];
    const path = posix.relative(context, folder);
    const isOutside = path.startsWith('../');
    if (isOutside || isIgnored(rules, path) || isWanted(path, rules, sources)) return [];
    return [`/${path.replace(/[*?[\]\\]/g, '\\$&')}`];
  });
}

/** What an instruction or an exception of the ignore file names is wanted. */
function isWanted(folder: string, { patterns }: IgnoreRules, sources: readonly Source[]): boolean {
  const exceptions = patterns.filter(({ exception }) => exception).map(({ pattern }) => pattern);
  return [...sources.map(({ path }) => path), ...exceptions].some((path) =>
    `/${path}/`.includes(`/${folder}/`),
  );
}
