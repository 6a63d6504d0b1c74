import { posix } from 'node:path';
import { contextSources } from '../../dockerfile';
import type { BuildFacts, InspectFacts } from '../../inspect';
import { isWild } from '../../layout/paths';
import type { Tree } from '../../layout/git-sources';
import type { FilesPort } from '../../ports/files';

/** The workspace's files for who asks without waiting: what git ignores is read before. */
export async function treeOf(found: readonly string[], files: FilesPort): Promise<Tree> {
  const ignores = found.filter((path) => posix.basename(path) === '.gitignore');
  const texts = await Promise.all(
    ignores.map(async (path) => [path, await files.readText(path).catch(() => undefined)] as const),
  );
  const byPath = new Map(texts);
  return { kind: (path) => files.kind(path), readText: (path) => byPath.get(path) };
}

/** Names in the folders that patterns of COPY look into. */
export async function listingsOf(
  builds: readonly BuildFacts[],
  files: FilesPort,
): Promise<InspectFacts['list']> {
  const folders = new Set(builds.flatMap(foldersOfPatterns));
  const listed = await Promise.all(
    [...folders].map(async (folder) => [folder, await files.list(folder)] as const),
  );
  const byFolder = new Map(listed);
  return (folder) => byFolder.get(folder) ?? [];
}

function foldersOfPatterns({ files, targets }: BuildFacts): string[] {
  if (files === undefined) return [];
  return contextSources(files.parsed, targets).flatMap(({ kind, path }) => {
    if (kind !== 'glob') return [];
    const segments = path.split('/');
    const wild = segments.findIndex((segment) => isWild(segment) || segment.includes('\\'));
    return [posix.join(files.context, segments.slice(0, wild).join('/'))];
  });
}
