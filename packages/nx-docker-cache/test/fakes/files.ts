import { posix } from 'node:path';
import { compileGlob } from '../../src/layout/glob';
import type { FilesPort, FolderEntry, LocalCachePort } from '../../src/ports/files';

/** Files by path; folders are what lies above them. */
export class FakeFiles implements FilesPort {
  readonly files: Map<string, string>;
  unwritable: string | undefined;
  /** Which of the files are symbolic links. */
  readonly links = new Set<string>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.files = new Map(Object.entries(files));
  }

  async readText(path: string): Promise<string | undefined> {
    return this.files.get(posix.normalize(path));
  }

  kind(path: string): 'file' | 'folder' | undefined {
    const normal = posix.normalize(path);
    if (this.files.has(normal)) return 'file';
    const inside = normal === '.' ? '' : `${normal}/`;
    return [...this.files.keys()].some((file) => file.startsWith(inside)) ? 'folder' : undefined;
  }

  async list(path: string): Promise<readonly string[]> {
    const inside = path === '.' ? '' : `${path}/`;
    const below = [...this.files.keys()].filter((file) => file.startsWith(inside));
    return [...new Set(below.map((file) => file.slice(inside.length).split('/')[0] ?? ''))].sort();
  }

  entries(path: string): readonly FolderEntry[] {
    const inside = posix.normalize(path) === '.' ? '' : `${posix.normalize(path)}/`;
    const below = [...this.files.keys()].filter((file) => file.startsWith(inside));
    const names = [...new Set(below.map((file) => file.slice(inside.length).split('/')[0] ?? ''))].sort();
    return names.map((name) => {
      const kind = this.kind(inside + name) ?? 'other';
      return { name, kind: this.links.has(inside + name) ? 'link' : kind };
    });
  }

  async find(patterns: readonly string[]): Promise<readonly string[]> {
    const matchers = patterns.map(compileGlob);
    return [...this.files.keys()].filter((path) => matchers.some((matches) => matches(path))).sort();
  }

  async writeAtomic(path: string, text: string): Promise<void> {
    if (this.unwritable === path) throw new Error(`EACCES: ${path}`);
    this.files.set(path, text);
  }

  async ensureWritable(folder: string): Promise<void> {
    if (this.unwritable === folder) throw new Error(`EACCES: ${folder}`);
  }
}

export class FakeLocalCache implements LocalCachePort {
  readonly folders = new Set<string>();
  readonly claimed = new Set<string>();
  readonly pruned: { root: string; keep: string; maxBytes: number }[] = [];

  async exists(folder: string): Promise<boolean> {
    return this.folders.has(folder);
  }

  async claim(folder: string): Promise<(() => Promise<void>) | undefined> {
    if (this.claimed.has(folder)) return undefined;
    this.claimed.add(folder);
    return async () => {
      this.claimed.delete(folder);
    };
  }

  async prune(root: string, keep: string, maxBytes: number): Promise<{ bytes: number; dropped: string[] }> {
    this.pruned.push({ root, keep, maxBytes });
    return { bytes: 0, dropped: [] };
  }
}
