import { join, posix } from 'node:path';
import type { Disk } from './disk';
import { isGitIgnored, parseGitignore, type GitRules } from './gitignore';
import { within } from './paths';
import { readText } from './store';

/** Tells what people keep in the repository from what tasks write, by the .gitignore files on the way. */
export class Sources {
  readonly #root: string;
  readonly #disk: Disk;
  readonly #rules = new Map<string, GitRules>();

  constructor(workspaceRoot: string, disk: Disk) {
    this.#root = workspaceRoot;
    this.#disk = disk;
  }

  /** true where something stands at the path that git does not ignore. */
  readonly isSource = (path: string): boolean => {
    if (this.#disk.kind(path) === undefined) return false;
    for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
      if (isGitIgnored(this.#rulesIn(folder), within(path, folder))) return false;
      if (folder === '.') return true;
    }
  };

  #rulesIn(folder: string): GitRules {
    let rules = this.#rules.get(folder);
    if (rules === undefined) {
      rules = parseGitignore(readText(join(this.#root, folder, '.gitignore')) ?? '');
      this.#rules.set(folder, rules);
    }
    return rules;
  }
}
