import type { Source } from '../../model/dockerfile';
import { inside, type ContextDisk } from './disk';
import { linkOnTheWay, mayFailOfLinks } from './links';
import { isWhole, mayRead, readsAll } from './may-read';
import { dropRules, isSayable, rule } from './rules';

const MAX_RULES = 200;

export type SourcesAnswer = { readonly rules: readonly string[] } | { readonly obstacle: string };

/**
 * Leaves out what no instruction reads. BuildKit does most of it by itself: it sends what the sources name. But for a
 * wildcard it looks into every folder, and what `--exclude` leaves out it sends all the same.
 */
export function planSources(sources: readonly Source[], disk: ContextDisk): SourcesAnswer {
  const excluded = sources.flatMap((source) => excludedBy(source, sources, disk));
  const wild = sources.some(({ kind }) => kind === 'glob');
  if (sources.some(isWhole) || !wild) return { rules: excluded };
  const link = linkOnTheWay(sources, disk);
  if (link !== undefined) return { obstacle: link };
  const unread = unreadFolders('.', sources, disk);
  // A walk too long is no harm.
  return { rules: unread.length > MAX_RULES ? excluded : [...unread, ...excluded] };
}

function unreadFolders(folder: string, sources: readonly Source[], disk: ContextDisk): string[] {
  const entries = disk.entries(folder).map((entry) => ({ ...entry, path: inside(folder, entry.name) }));
  const stays = (path: string): boolean =>
    !isSayable(path) || sources.some((source) => mayRead(source, path));
  const [staying, others] = [
    entries.filter(({ path }) => stays(path)),
    entries.filter(({ path }) => !stays(path)),
  ];
  // A file that is not read is not sent either, so only folders are worth a rule.
  const dropped = others.filter(({ kind }) => kind === 'folder').map(({ name }) => name);
  const below = staying.flatMap(({ path, kind }) =>
    kind !== 'folder' || sources.some((source) => readsAll(source, path))
      ? []
      : unreadFolders(path, sources, disk),
  );
  return [...dropRules(folder, { dropped, staying: staying.map(({ name }) => name) }, false), ...below];
}

/** `--exclude` as rules, where no other source may read what it leaves out. */
function excludedBy(source: Source, sources: readonly Source[], disk: ContextDisk): string[] {
  const { path, kind, exclude, parents } = source;
  const plain = kind === 'path' && !parents && exclude.length > 0 && exclude.every(isPlain);
  if (!plain || !isSayable(path)) return [];
  const alone = sources.every(
    (other) => other === source || !(mayRead(other, path) || mayRead(source, other.path)),
  );
  if (!alone || mayFailOfLinks(source, disk)) return [];
  const folder = path === '.' ? '' : rule(path);
  return exclude.map((pattern) => `${folder}/${pattern.replace(/^\//, '')}`);
}

/** Written so that it means the same with a folder before it. */
function isPlain(pattern: string): boolean {
  return /^[\w./*-]+$/.test(pattern) && !/(^|\/)\.{1,2}(\/|$)|\/\/|^\/?$/.test(pattern);
}
