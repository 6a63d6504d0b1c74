import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { join, posix } from 'node:path';
import type { ContentEntry, ContentSnapshot } from '../../model/content';
import type { ContentPort, SnapshotRequest, WalkFilter } from '../../ports/content';
import { DigestCache } from './digest-cache';

const MAX_LINKS = 40;

/** Reads the build context from the file system. Synchronous inside: thousands of small files are faster so. */
export class ContentReader implements ContentPort {
  readonly #cachePath: string;

  /** @param cachePath absolute path of the file that remembers digests */
  constructor(cachePath: string) {
    this.#cachePath = cachePath;
  }

  snapshot(request: SnapshotRequest): Promise<ContentSnapshot> {
    const walk = new Walk(request.context, request.filter, new DigestCache(this.#cachePath));
    for (const root of request.roots) walk.root(root);
    return Promise.resolve(walk.end(request.remember));
  }
}

class Walk {
  readonly #context: string;
  readonly #filter: WalkFilter;
  readonly #digests: DigestCache;
  readonly #entries = new Map<string, ContentEntry>();
  readonly #walked = new Set<string>();
  readonly #aliases = new Map<string, { links: string[]; resolved: string }>();
  readonly #problems: { path: string; message: string }[] = [];

  constructor(context: string, filter: WalkFilter, digests: DigestCache) {
    this.#context = context;
    this.#filter = filter;
    this.#digests = digests;
  }

  /** Reads a source. Links on the way to it and at its end are followed, as COPY does; those inside it are not. */
  root(root: string): void {
    const links: string[] = [];
    let path = posix.normalize(root);
    for (let count = 0; ; count++) {
      const link = this.#firstLink(path);
      if (link === undefined) break;
      if (count === MAX_LINKS) return this.#problem(root, 'too many symbolic links');
      links.push(link.path);
      const target = link.target.startsWith('/')
        ? link.target.slice(1)
        : posix.join(posix.dirname(link.path), link.target);
      path = posix.join(target === '' ? '.' : target, link.rest);
      if (path === '..' || path.startsWith('../'))
        return this.#problem(root, 'a symbolic link leads out of the context');
    }
    if (links.length > 0) this.#aliases.set(root, { links, resolved: path });
    const state = this.#stateAbove(path);
    const stats = lstatSync(join(this.#context, path), { throwIfNoEntry: false });
    if (stats !== undefined) this.#visit(path, stats, state);
  }

  end(remember: boolean): ContentSnapshot {
    if (remember) this.#digests.save();
    const entries = [...this.#entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return { entries, aliases: this.#aliases, problems: this.#problems };
  }

  /** The first symbolic link among a path's components, which is recorded as an entry where it is not ignored. */
  #firstLink(path: string): { path: string; target: string; rest: string } | undefined {
    const parts = path === '.' ? [] : path.split('/');
    let at = '';
    for (const [index, part] of parts.entries()) {
      at = at === '' ? part : `${at}/${part}`;
      const stats = lstatSync(join(this.#context, at), { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (!stats.isSymbolicLink()) continue;
      const target = readlinkSync(join(this.#context, at));
      this.#entries.set(at, entry(at, 'link', stats, target));
      return { path: at, target, rest: parts.slice(index + 1).join('/') || '.' };
    }
    return undefined;
  }

  /** The filter's state for what lies in the folder of `path`. */
  #stateAbove(path: string): unknown {
    let state: unknown;
    if (path === '.') return undefined;
    let at = '';
    for (const part of path.split('/').slice(0, -1)) {
      at = at === '' ? part : `${at}/${part}`;
      ({ state } = this.#filter.step(at, state));
    }
    return state;
  }

  /** @returns true where the path, or something in it, belongs to the context */
  #visit(path: string, stats: Stats, above: unknown): boolean {
    const { ignored, state } =
      path === '.' ? { ignored: false, state: undefined } : this.#filter.step(path, above);
    if (!stats.isDirectory()) {
      if (ignored) return false;
      this.#add(path, stats);
      return true;
    }
    if (this.#walked.has(path)) return true;
    if (ignored && !this.#filter.mayContain(path)) return false;
    let inside = false;
    for (const name of this.#list(path)) {
      const child = path === '.' ? name : `${path}/${name}`;
      const childStats = lstatSync(join(this.#context, child), { throwIfNoEntry: false });
      if (childStats !== undefined) inside = this.#visit(child, childStats, state) || inside;
    }
    this.#walked.add(path);
    if (ignored && !inside) return false;
    if (path !== '.') this.#entries.set(path, entry(path, 'folder', stats, ''));
    return true;
  }

  #add(path: string, stats: Stats): void {
    if (this.#entries.has(path)) return;
    try {
      if (stats.isSymbolicLink())
        this.#entries.set(path, entry(path, 'link', stats, readlinkSync(join(this.#context, path))));
      else if (stats.isFile())
        this.#entries.set(
          path,
          entry(path, 'file', stats, this.#digests.digest(join(this.#context, path), stats)),
        );
      else this.#entries.set(path, entry(path, 'other', stats, String(stats.rdev)));
    } catch (error) {
      this.#problem(path, (error as Error).message);
    }
  }

  #list(path: string): string[] {
    try {
      return readdirSync(join(this.#context, path));
    } catch (error) {
      this.#problem(path, (error as Error).message);
      return [];
    }
  }

  #problem(path: string, message: string): void {
    this.#problems.push({ path, message });
  }
}

function entry(path: string, kind: ContentEntry['kind'], stats: Stats, content: string): ContentEntry {
  // A link has no permissions of its own, whatever the system says.
  return {
    path,
    kind,
    mode: kind === 'link' ? 0o777 : stats.mode & 0o7777,
    content,
    size: kind === 'file' ? stats.size : 0,
  };
}
