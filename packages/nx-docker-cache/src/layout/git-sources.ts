import { posix } from 'node:path';
import { isGitIgnored, parseGitignore, type GitRules } from './gitignore';
import { join, within } from './paths';

/** The files of a workspace, as far as they are asked for here. Paths are relative to its root. */
export interface Tree {
  /** undefined where nothing stands at the path. */
  kind(path: string): 'file' | 'folder' | undefined;
  /** undefined where there is no such file. */
  readText(path: string): string | undefined;
}

/** Tells what people keep in the repository from what tasks write, by the .gitignore files on the way. */
export class Sources {
  readonly #tree: Tree;
  readonly #rules = new Map<string, GitRules>();

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  /** true where something stands at the path that git does not ignore. */
  readonly isSource = (path: string): boolean => {
    if (this.#tree.kind(path) === undefined) return false;
    for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
      if (isGitIgnored(this.#rulesIn(folder), within(path, folder))) return false;
      if (folder === '.') return true;
    }
  };

  #rulesIn(folder: string): GitRules {
    let rules = this.#rules.get(folder);
    if (rules === undefined) {
      rules = parseGitignore(this.#tree.readText(join(folder, '.gitignore')) ?? '');
      this.#rules.set(folder, rules);
    }
    return rules;
  }
}
