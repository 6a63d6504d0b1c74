import { posix } from 'node:path';
import type { ChangedDisk } from '../../affected';
import type { FilesPort } from '../../ports/files';

/** The checkout as a judgement asks for it; each folder is read once. */
export function diskOf(files: Pick<FilesPort, 'kind' | 'entries'>): ChangedDisk {
  const kinds = new Map<string, ReturnType<FilesPort['kind']>>();
  const folders = new Map<string, ReturnType<FilesPort['entries']>>();
  const links = new Map<string, ReadonlySet<string>>();
  const entries = (folder: string): ReturnType<FilesPort['entries']> => {
    const known = folders.get(folder) ?? files.entries(folder);
    folders.set(folder, known);
    return known;
  };
  const linksIn = (folder: string): ReadonlySet<string> => {
    const known =
      links.get(folder) ??
      new Set(entries(folder).flatMap(({ name, kind }) => (kind === 'link' ? [name] : [])));
    links.set(folder, known);
    return known;
  };
  return {
    entries,
    kind: (path) => {
      if (!kinds.has(path)) kinds.set(path, files.kind(path));
      return kinds.get(path);
    },
    leadsThroughLink: (path) => {
      for (let at = path; at !== '.' && at !== '/' && !at.endsWith('..'); at = posix.dirname(at)) {
        if (linksIn(posix.dirname(at)).has(posix.basename(at))) return true;
      }
      return false;
    },
  };
}
