import type { Source } from '../../model/dockerfile';
import { inside, type ContextDisk } from './disk';
import { isWhole, mayRead, type PathSource } from './may-read';

/**
 * COPY follows links on the way to what it names, to wherever they lead: what it reads is more than its words say
 * then.
 * @returns the first such link, as a reason; undefined without one
 */
export function linkOnTheWay(sources: readonly PathSource[], disk: ContextDisk): string | undefined {
  for (const source of sources) {
    const found = isWhole(source) ? undefined : firstLink(source, '.', 0, disk);
    if (found !== undefined) return `${source.path} leads through the symbolic link ${found}`;
  }
  return undefined;
}

function firstLink(source: PathSource, folder: string, depth: number, disk: ContextDisk): string | undefined {
  const parts = source.path.split('/');
  // `**` stands for one folder to COPY, and so it does here: a link is followed where a pattern matches it.
  if (depth >= parts.length) return undefined;
  for (const { name, kind } of disk.entries(folder)) {
    const path = inside(folder, name);
    if (kind !== 'link' && kind !== 'folder') continue;
    if (!mayRead(source, path)) continue;
    if (kind === 'link') return path;
    const found = firstLink(source, path, depth + 1, disk);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A walk longer than that would cost more than is spared. */
const MAX_ENTRIES = 50_000;

/**
 * true where a source that has `--exclude` may hold a symbolic link. BuildKit 0.25 follows such links to know what is
 * in them, and fails where one leads to what was not sent.
 */
export function mayFailOfLinks(source: Pick<Source, 'path' | 'exclude'>, disk: ContextDisk): boolean {
  if (source.exclude.length === 0) return false;
  const waiting = [source.path];
  let seen = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const { name, kind } of disk.entries(folder)) {
      const path = inside(folder, name);
      if (++seen > MAX_ENTRIES) return true;
      if (kind !== 'link' && kind !== 'folder') continue;
      if (!disk.exceptions && disk.ignored(path)) continue;
      if (kind === 'link') return true;
      waiting.push(path);
    }
  }
  return false;
}
