import { readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import type { ContentEntry, ContentSnapshot } from '../../model/content';
import type { SnapshotRequest } from '../../ports/content';
import type { DigestCache } from './digest-cache';
import type { DiskView } from './disk-view';

/** As many as Linux follows. */
const MAX_LINKS = 40;
/** What stands for bytes that are no UTF-8. */
const UNDECODABLE = '\uFFFD';

const CONTRADICTION =
  'the ignore file ignores it again behind an exception, and BuildKit sends an empty file in its place';

const NOT_FOUND = 'it cannot be found, or its name is no UTF-8';

export type Walked = Omit<SnapshotRequest, 'rules' | 'remember'>;

/** What looks became. In another context the same file has another path. */
export type Known = WeakMap<Stats, ContentEntry>;

/** One walk through the build context, from each of its roots. */
export class Walk {
  readonly #request: Walked;
  readonly #digests: Pick<DigestCache, 'digest'>;
  readonly #view: DiskView;
  readonly #known: Known | undefined;
  readonly #entries = new Map<string, ContentEntry>();
  /** Folders that were walked, and whether the context has anything of them. */
  readonly #walked = new Map<string, boolean>();
  readonly #aliases = new Map<string, { links: string[]; resolved: string }>();
  readonly #problems: { path: string; message: string }[] = [];
  /** Links whose ends are read as well. */
  readonly #follow: string[] = [];

  constructor(
    request: Walked,
    digests: Pick<DigestCache, 'digest'>,
    view: DiskView,
    known: Known | undefined,
  ) {
    this.#request = request;
    this.#digests = digests;
    this.#view = view;
    this.#known = known;
  }

  /** Reads a source. Links on the way to it and at its end are followed, as COPY does; those inside it are not. */
  root(root: string): void {
    const links: string[] = [];
    let path = cleaned(root);
    for (let link = this.#firstLink(path); link !== undefined; link = this.#firstLink(path)) {
      if (links.length === MAX_LINKS) return this.#problem(root, 'too many symbolic links');
      if (link.target === undefined) {
        if (links.length > 0) this.#aliases.set(root, { links, resolved: link.path });
        return;
      }
      links.push(link.path);
      // The context's root is the root of its links: none of them leads out.
      const target = posix.join(
        '/',
        link.target.startsWith('/') ? '' : posix.dirname(link.path),
        link.target,
      );
      path = cleaned(posix.join('.', target, link.rest));
    }
    if (links.length > 0) this.#aliases.set(root, { links, resolved: path });
    const stats = this.#stat(path);
    if (stats !== undefined) this.#visit(path, stats, this.#stateAbove(path));
  }

  /** Reads what the links lead to that a wildcard matches. */
  followLinks(): void {
    for (let path = this.#follow.pop(); path !== undefined; path = this.#follow.pop()) {
      if (!this.#aliases.has(path)) this.root(path);
    }
  }

  end(): ContentSnapshot {
    const entries = [...this.#entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const changed = this.#walked.has('.') ? (this.#stat('.')?.ctimeMs ?? 0) : 0;
    return { entries, aliases: this.#aliases, problems: this.#problems, changed };
  }

  /**
   * The first symbolic link among a path's components, which is recorded as an entry. Without a target it is ignored:
   * then it is not in the context, and nobody follows it.
   */
  #firstLink(path: string): { path: string; target: string | undefined; rest: string } | undefined {
    const parts = path === '.' ? [] : path.split('/');
    let at = '';
    for (const [index, part] of parts.entries()) {
      at = at === '' ? part : `${at}/${part}`;
      const stats = this.#stat(at);
      if (stats === undefined) return undefined;
      if (!stats.isSymbolicLink()) continue;
      const { ignored } = this.#request.filter.step(at, this.#stateAbove(at));
      if (ignored) return { path: at, target: undefined, rest: '' };
      this.#add(at, stats);
      const link = this.#entries.get(at);
      if (link === undefined) return undefined;
      return { path: at, target: link.content, rest: parts.slice(index + 1).join('/') };
    }
    return undefined;
  }

  /** The filter's state for what lies in the folder of `path`. */
  #stateAbove(path: string): unknown {
    let state: unknown;
    let at = '';
    for (const part of path.split('/').slice(0, -1)) {
      at = at === '' ? part : `${at}/${part}`;
      ({ state } = this.#request.filter.step(at, state));
    }
    return state;
  }

  /** @returns true where the path, or something in it, belongs to the context */
  #visit(path: string, stats: Stats, above: unknown): boolean {
    const { filter } = this.#request;
    const { ignored, state } = path === '.' ? { ignored: false, state: undefined } : filter.step(path, above);
    if (!stats.isDirectory()) {
      if (ignored) return false;
      this.#add(path, stats);
      if (stats.isSymbolicLink() && this.#request.follow(path)) this.#follow.push(path);
      return true;
    }
    const known = this.#walked.get(path);
    if (known !== undefined) return known;
    if (ignored && !filter.mayContain(path)) return false;
    let inside = false;
    for (const name of this.#list(path)) {
      const child = path === '.' ? name : `${path}/${name}`;
      const childStats = this.#stat(child);
      // In the list and yet not there: it has just gone, or its name cannot be said. Then another may have what stands for it.
      if (childStats === undefined || name.includes(UNDECODABLE)) this.#problem(child, NOT_FOUND);
      else inside = this.#visit(child, childStats, state) || inside;
    }
    const belongs = !ignored || inside;
    this.#walked.set(path, belongs);
    if (belongs && path !== '.') {
      const folder = this.#once(path, stats, () => entry(path, 'folder', stats, ''));
      // Of an ignored folder only what an exception names is sent, and that has times of its own; what other tasks
      // write beside it (`dist` of a library, say) is no change.
      this.#entries.set(path, ignored ? { ...folder, changed: 0 } : folder);
    }
    return belongs;
  }

  #add(path: string, stats: Stats): void {
    if (this.#entries.has(path)) return;
    if (stats.isFile() && !this.#request.filter.opens(path)) this.#problem(path, CONTRADICTION);
    try {
      this.#entries.set(
        path,
        this.#once(path, stats, () => this.#read(path, stats)),
      );
    } catch (error) {
      this.#problem(path, (error as Error).message);
    }
  }

  #read(path: string, stats: Stats): ContentEntry {
    const absolute = this.#absolute(path);
    if (stats.isFile()) return entry(path, 'file', stats, this.#digests.digest(absolute, stats));
    // Pipes and devices are sent as what they are; opening one could wait for ever.
    if (!stats.isSymbolicLink()) return entry(path, 'other', stats, `${stats.mode & 0o170000}.${stats.rdev}`);
    const target = readlinkSync(absolute);
    if (target.includes(UNDECODABLE)) throw new Error('its target is no UTF-8');
    return entry(path, 'link', stats, target);
  }

  #once(path: string, stats: Stats, read: () => ContentEntry): ContentEntry {
    const known = this.#known?.get(stats);
    if (known?.path === path) return known;
    const made = read();
    this.#known?.set(stats, made);
    return made;
  }

  /** undefined where there is nothing, or nothing that can be seen. */
  #stat(path: string): Stats | undefined {
    try {
      return this.#view.stat(this.#absolute(path));
    } catch (error) {
      // A file stands where the path has a folder.
      if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') this.#problem(path, (error as Error).message);
      return undefined;
    }
  }

  #list(path: string): readonly string[] {
    try {
      return this.#view.list(this.#absolute(path));
    } catch (error) {
      this.#problem(path, (error as Error).message);
      return [];
    }
  }

  #absolute(path: string): string {
    // Both are clean; `join` would take a sixth of the whole time to find that out.
    return `${this.#request.context}/${path}`;
  }

  #problem(path: string, message: string): void {
    this.#problems.push({ path, message });
  }
}

/** No `./`, no `..`, no `/` at the end. */
function cleaned(path: string): string {
  return posix.normalize(path).replace(/(?<=.)\/$/, '');
}

function entry(path: string, kind: ContentEntry['kind'], stats: Stats, content: string): ContentEntry {
  return {
    path,
    kind,
    // A link has no permissions of its own, whatever the system says.
    mode: kind === 'link' ? 0o777 : stats.mode & 0o7777,
    content,
    size: kind === 'file' ? stats.size : 0,
    changed: stats.ctimeMs,
  };
}
