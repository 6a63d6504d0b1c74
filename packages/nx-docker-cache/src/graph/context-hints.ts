import type { ContextHint } from '../dockerfile/context';
import { hintFolders } from '../hints/files';
import type { BuildHint } from '../hints/model';
import type { Disk } from './disk';
import { hintsRoom } from './lazy';

/** What compose files and CI files say of contexts, as the run asks them too; each folder is looked at once. */
export class ContextHints {
  readonly #disk: Disk;
  readonly #byFolder = new Map<string, readonly BuildHint[]>();

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  /** @param dockerfile relative to the workspace root */
  of(dockerfile: string): ContextHint[] {
    const hints = hintFolders(dockerfile).flatMap((folder) => this.#in(folder));
    if (hints.length === 0) return [];
    return hintsRoom()
      .contextHints(hints, dockerfile)
      .filter(({ context }) => this.#disk.kind(context) === 'folder');
  }

  #in(folder: string): readonly BuildHint[] {
    let hints = this.#byFolder.get(folder);
    if (hints === undefined) {
      hints = this.#disk.hintFiles(folder).flatMap((path) => this.#read(path));
      this.#byFolder.set(folder, hints);
    }
    return hints;
  }

  #read(path: string): readonly BuildHint[] {
    const text = this.#disk.readText(path);
    return text === undefined ? [] : hintsRoom().readHints({ path, text });
  }
}
