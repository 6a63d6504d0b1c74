/** What a plan for pruning asks of the context's files. Paths relative to the context, `.` for the context itself. */
export interface ContextDisk {
  /** What lies in a folder, links not followed; empty where there is none. */
  entries(folder: string): readonly DiskEntry[];
  /** true where the user's own ignore rules leave the path out. */
  ignored(path: string): boolean;
  /** true where those rules have one that begins with `!`. */
  readonly exceptions: boolean;
}

export interface DiskEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

export function inside(folder: string, name: string): string {
  return folder === '.' ? name : `${folder}/${name}`;
}

export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
