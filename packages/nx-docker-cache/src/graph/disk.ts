import { statSync } from 'node:fs';
import { join } from 'node:path';

export type Kind = 'file' | 'folder' | undefined;

/** What stands at paths of the workspace; each is asked for once. */
export class Disk {
  readonly #root: string;
  readonly #kinds = new Map<string, Kind>();

  constructor(workspaceRoot: string) {
    this.#root = workspaceRoot;
  }

  /** @param path relative to the workspace root */
  kind(path: string): Kind {
    if (!this.#kinds.has(path)) this.#kinds.set(path, this.#read(path));
    return this.#kinds.get(path);
  }

  #read(path: string): Kind {
    try {
      const stats = statSync(join(this.#root, path), { throwIfNoEntry: false });
      return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
    } catch {
      // A loop of links, or a folder that may not be read.
      return undefined;
    }
  }
}
