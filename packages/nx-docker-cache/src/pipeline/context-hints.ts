import type { ContextHint } from '../dockerfile';
import { contextHints, hintFilesIn, hintFolders, readHints, type BuildHint } from '../hints';
import type { FilesPort } from '../ports/files';

/** What compose files and CI files say of contexts; each folder is looked at once. */
export class ContextHints {
  readonly #files: FilesPort;
  readonly #byFolder = new Map<string, Promise<readonly BuildHint[]>>();

  constructor(files: FilesPort) {
    this.#files = files;
  }

  /** @param dockerfile relative to the workspace root */
  async of(dockerfile: string): Promise<ContextHint[]> {
    const hints = await Promise.all(hintFolders(dockerfile).map((folder) => this.#in(folder)));
    return contextHints(hints.flat(), dockerfile).filter(
      ({ context }) => this.#files.kind(context) === 'folder',
    );
  }

  #in(folder: string): Promise<readonly BuildHint[]> {
    let hints = this.#byFolder.get(folder);
    if (hints === undefined) {
      hints = this.#read(folder);
      this.#byFolder.set(folder, hints);
    }
    return hints;
  }

  async #read(folder: string): Promise<readonly BuildHint[]> {
    const read = hintFilesIn(folder, await this.#files.list(folder)).map(async (path) => {
      const text = await this.#files.readText(path).catch(() => undefined);
      return text === undefined ? [] : readHints({ path, text });
    });
    return (await Promise.all(read)).flat();
  }
}
