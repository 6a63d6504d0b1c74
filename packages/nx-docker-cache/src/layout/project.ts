import { posix } from 'node:path';

/** A project as its own files describe it; all that is read of it. */
export interface Project {
  /** Relative to the workspace root, `.` for the root itself. */
  readonly root: string;
  readonly name: string;
  /** The file that describes it, relative to the workspace root; '' where nobody asks. */
  readonly file: string;
  /** What the user wrote of its targets: in project.json, in `nx.targets` of package.json, in turbo.json. */
  readonly targets: Readonly<Record<string, WrittenTarget>>;
}

export interface WrittenTarget {
  readonly executor?: unknown;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly outputs?: unknown;
}

/** Where a path belongs. */
export interface ProjectLookup {
  /** The project of the nearest folder above a file that is one; undefined where no folder is. */
  ownerOf(path: string): Project | undefined;
  at(folder: string): Project | undefined;
}

/** What is found for the innermost folder above a file. */
export function nearest<T>(path: string, find: (folder: string) => T | undefined): T | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const found = find(folder);
    if (found !== undefined || folder === '.') return found;
  }
}
