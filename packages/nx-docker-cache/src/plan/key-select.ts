import { compileSource } from '../dockerfile';
import type { ContentEntry, ContentSnapshot } from '../model/content';
import type { Source } from '../model/dockerfile';

/** Chooses the entries that a source reads; more than it reads is allowed, less is not. */
export class Selector {
  readonly #snapshot: ContentSnapshot;
  readonly #report: (line: number, reason: string) => void;
  #known: ReadonlyMap<string, ContentEntry> | undefined;

  /** @param report takes what keeps a source from being known */
  constructor(snapshot: ContentSnapshot, report: (line: number, reason: string) => void) {
    this.#snapshot = snapshot;
    this.#report = report;
  }

  entries(source: Source): readonly ContentEntry[] {
    if (source.kind !== 'path' && source.kind !== 'glob') return [];
    const root = rootOf(source);
    if (isAll(source) && !this.#snapshot.aliases.has(root)) return this.#snapshot.entries;
    const found = this.#snapshot.aliases.has(root)
      ? this.#throughLinks(source, root)
      : this.#matching(source, root);
    if (source.kind === 'path' && found.length === 0 && source.path !== '.') {
      // `COPY . .` of an empty context is fine, a missing file is BuildKit's to complain about.
      this.#problem(source, 'nothing is there');
    }
    return source.parents ? [...this.#above(found), ...found] : found;
  }

  /**
   * Folders in which a wildcard looks for names. What was there for a moment, and was copied, has left no other trace. A
   * wildcard that takes some names of the context's own folder does not count: too much else happens there.
   */
  lookedIn(source: Source): readonly ContentEntry[] {
    if (source.kind !== 'glob') return [];
    const root = rootOf(source);
    const alias = this.#snapshot.aliases.get(root);
    const names = source.path.split('/');
    const isWild = (path: string): boolean =>
      alias !== undefined || /[*?[]/.test(names[path.split('/').length] ?? '');
    return this.#under(alias?.resolved ?? root).filter(({ kind, path }) => kind === 'folder' && isWild(path));
  }

  get #byPath(): ReadonlyMap<string, ContentEntry> {
    return (this.#known ??= new Map(this.#snapshot.entries.map((entry) => [entry.path, entry])));
  }

  #matching(source: Source, root: string): ContentEntry[] {
    const matches = compileSource(source);
    const found = this.#under(root).filter(({ path }) => matches(path));
    if (source.kind === 'path' || source.parents) return found;
    const isMatch = wildcardMatch(source);
    return [
      ...found,
      ...this.#behindLinks(
        source,
        found.filter(({ path }) => isMatch(path)),
      ),
    ];
  }

  /** A folder's own entry and all that lies in it. */
  #under(root: string): readonly ContentEntry[] {
    const { entries } = this.#snapshot;
    if (root === '.') return entries;
    const own = this.#byPath.get(root);
    const inside = entries.slice(lowest(entries, `${root}/`), lowest(entries, `${root}0`));
    return own === undefined ? inside : [own, ...inside];
  }

  /** The links that lead there, and what is there. */
  #throughLinks(source: Source, root: string): ContentEntry[] {
    const { links, resolved } = this.#snapshot.aliases.get(root)!;
    const chain = links.flatMap((path) => this.#byPath.get(path) ?? []);
    if (source.parents) {
      this.#problem(source, '--parents leads through a symbolic link');
      return chain;
    }
    if (source.kind === 'path') {
      const found = this.#matching({ ...source, path: resolved }, resolved);
      if (found.length === 0) this.#problem(source, 'its symbolic link dangles');
      return [...chain, ...found];
    }
    // All that is there: the pattern may take less of it.
    const there = this.#under(resolved);
    return [...chain, ...there, ...this.#behindLinks(source, there)];
  }

  /** COPY follows the links that its wildcard matches. */
  #behindLinks(source: Source, matched: readonly ContentEntry[]): ContentEntry[] {
    return matched.flatMap(({ kind, path }) => {
      if (kind !== 'link') return [];
      const alias = this.#snapshot.aliases.get(path);
      if (alias === undefined) {
        this.#problem(source, `its wildcard matches the symbolic link ${path}`);
        return [];
      }
      const chain = alias.links.flatMap((link) => this.#byPath.get(link) ?? []);
      return [...chain, ...this.#under(alias.resolved)];
    });
  }

  /** `--parents` copies the folders above as well, with their modes. */
  #above(found: readonly ContentEntry[]): ContentEntry[] {
    const folders = new Set<string>();
    for (const { path } of found) {
      for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        folders.add(path.slice(0, slash));
      }
    }
    return [...folders].sort().flatMap((path) => this.#byPath.get(path) ?? []);
  }

  #problem({ line, via, path }: Source, reason: string): void {
    this.#report(line, `${via} ${path}: ${reason}`);
  }
}

function isAll({ kind, path, parents, exclude }: Source): boolean {
  return kind === 'path' && path === '.' && !parents && exclude.length === 0;
}

/** true where a source takes whatever lies in the context's own folder. */
export function takesAnyName({ path }: Pick<Source, 'path'>): boolean {
  return path === '.' || /^[*?]*\*[*?]*(?:\/|$)/.test(path);
}

/** The folder or file from which all that a source reads can be reached. */
export function rootOf({ path, kind }: Pick<Source, 'path' | 'kind'>): string {
  if (kind !== 'glob') return path;
  const parts = path.split('/');
  const wild = parts.findIndex((part) => /[*?[\\]/.test(part));
  return wild <= 0 ? '.' : parts.slice(0, wild).join('/');
}

/** Sources whose wildcards may match links that COPY follows; their paths and exclusions tell which. */
export function followedSources(sources: readonly Source[]): Source[] {
  return sources.filter(({ kind, parents }) => kind === 'glob' && !parents);
}

/**
 * true for a path that a wildcard of these sources matches itself, not only as a part of a folder: where it is a
 * symbolic link, COPY reads what it leads to.
 */
export function followedLinks(sources: readonly Source[]): (path: string) => boolean {
  const matchers = followedSources(sources).map((source) => wildcardMatch(source));
  return (path) => matchers.some((matches) => matches(path));
}

function wildcardMatch(source: Source): (path: string) => boolean {
  const depth = source.path.split('/').length;
  const matches = compileSource(source);
  return (path) => path.split('/').length === depth && matches(path);
}

/** Index of the first entry that does not sort before `path`. */
function lowest(entries: readonly ContentEntry[], path: string): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle]!.path < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
