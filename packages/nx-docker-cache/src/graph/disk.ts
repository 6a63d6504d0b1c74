import { readdirSync, readFileSync, statSync } from 'node:fs';
import { hintFilesIn } from '../hints/files';
import type { Tree } from '../layout/git-sources';

type Kind = ReturnType<Tree['kind']>;

/** All that the graph asks of the workspace's files. */
export interface Disk extends Tree {
  /** Paths of the files in a folder that may describe builds, in order. */
  hintFiles(folder: string): readonly string[];
}

/** The files as they are; each is asked for once. */
export class WorkspaceDisk implements Disk {
  readonly #root: string;
  readonly #kinds = new Map<string, Kind>();
  readonly #texts = new Map<string, string | undefined>();
  readonly #hintFiles = new Map<string, readonly string[]>();

  constructor(workspaceRoot: string) {
    this.#root = workspaceRoot;
  }

  kind(path: string): Kind {
    let kind = this.#kinds.get(path);
    if (kind === undefined && !this.#kinds.has(path)) {
      kind = kindOf(`${this.#root}/${path}`);
      this.#kinds.set(path, kind);
    }
    return kind;
  }

  readText(path: string): string | undefined {
    let text = this.#texts.get(path);
    if (text === undefined && !this.#texts.has(path)) {
      // Most ignore files are not there, and an exception costs more than the question.
      text = this.kind(path) === 'file' ? textOf(`${this.#root}/${path}`) : undefined;
      this.#texts.set(path, text);
    }
    return text;
  }

  hintFiles(folder: string): readonly string[] {
    let files = this.#hintFiles.get(folder);
    if (files === undefined) {
      files = hintFilesIn(folder, namesIn(`${this.#root}/${folder}`));
      this.#hintFiles.set(folder, files);
    }
    return files;
  }
}

/** Passes on what it is asked, and knows afterwards what that was. */
export class WatchedDisk implements Disk {
  readonly kinds = new Set<string>();
  readonly texts = new Set<string>();
  readonly hintFolders = new Set<string>();
  readonly #disk: Disk;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  kind(path: string): Kind {
    this.kinds.add(path);
    return this.#disk.kind(path);
  }

  readText(path: string): string | undefined {
    this.texts.add(path);
    return this.#disk.readText(path);
  }

  hintFiles(folder: string): readonly string[] {
    this.hintFolders.add(folder);
    return this.#disk.hintFiles(folder);
  }
}

function kindOf(path: string): Kind {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return stats === undefined ? undefined : stats.isDirectory() ? 'folder' : 'file';
  } catch {
    // A loop of links, or a folder that may not be read.
    return undefined;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
