import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '../layout/git-sources';
import { readText } from './store';

/** What stands at paths of the workspace; each is asked for once. */
export class Disk implements Tree {
  readonly #root: string;
  readonly #kinds = new Map<string, ReturnType<Tree['kind']>>();

  constructor(workspaceRoot: string) {
    this.#root = workspaceRoot;
  }

  /** @param path relative to the workspace root */
  kind(path: string): ReturnType<Tree['kind']> {
    if (!this.#kinds.has(path)) this.#kinds.set(path, this.#read(path));
    return this.#kinds.get(path);
  }

  readText(path: string): string | undefined {
    return readText(join(this.#root, path));
  }

  #read(path: string): ReturnType<Tree['kind']> {
    try {
      const stats = statSync(join(this.#root, path), { throwIfNoEntry: false });
      return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
    } catch {
      // A loop of links, or a folder that may not be read.
      return undefined;
    }
  }
}
