/** The files of the workspace. Paths are relative to the workspace root, or absolute. */
export interface FilesPort {
  /** Text of a file, undefined where there is none. */
  readText(path: string): Promise<string | undefined>;
  /** `file`, `folder` or undefined where there is nothing. */
  kind(path: string): 'file' | 'folder' | undefined;
  /** Names in a folder, empty where there is none. */
  list(path: string): Promise<readonly string[]>;
  /** What lies in a folder, links not followed; empty where there is none or it cannot be read. */
  entries(path: string): readonly FolderEntry[];
  /**
   * Files of the workspace whose paths match a pattern, sorted; links are not followed, and what is installed
   * (`node_modules`) or belongs to a tool (`.git`, `.nx`) is not looked at.
   */
  find(patterns: readonly string[]): Promise<readonly string[]>;
  /** Writes a file so that a reader sees the old or the new content, never half of it. */
  writeAtomic(path: string, text: string): Promise<void>;
  /** Makes a folder and proves that it can be written. @throws the system's error */
  ensureWritable(folder: string): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** The folder of `local` caches. */
export interface LocalCachePort {
  /** true where an earlier build left a cache in this folder. */
  exists(folder: string): Promise<boolean>;
  /**
   * Claims a folder for writing until the returned function is called; undefined where another build that still
   * runs has claimed it. Never throws.
   */
  claim(folder: string): Promise<(() => Promise<void>) | undefined>;
  /** Drops blobs that no cache names any more, then whole caches, oldest first, until `maxBytes` hold; `keep` is dropped last. */
  prune(
    root: string,
    keep: string,
    maxBytes: number,
  ): Promise<{ readonly bytes: number; readonly dropped: readonly string[] }>;
}
