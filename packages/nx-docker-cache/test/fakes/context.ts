/** A build context in memory, for specs of what is left of it. */
import { isIgnored, parseIgnore } from '../../src/dockerfile';
import type { ContextDisk, DiskEntry } from '../../src/plan/prune/disk';

/** @param ignore the user's own rules */
export function diskOf(files: readonly string[], ignore = '', links: readonly string[] = []): ContextDisk {
  const folders = new Map<string, Map<string, DiskEntry>>();
  const add = (path: string, kind: DiskEntry['kind']): void => {
    const slash = path.lastIndexOf('/');
    const [folder, name] = [slash < 0 ? '.' : path.slice(0, slash), path.slice(slash + 1)];
    const entries = folders.get(folder) ?? new Map<string, DiskEntry>();
    folders.set(folder, entries.set(name, { name, kind }));
    if (folder !== '.') add(folder, 'folder');
  };
  files.forEach((path) => add(path, 'file'));
  links.forEach((path) => add(path, 'link'));
  const rules = parseIgnore(ignore);
  return {
    entries: (folder) => [...(folders.get(folder)?.values() ?? [])],
    ignored: (path) => isIgnored(rules, path),
    exceptions: rules.patterns.some(({ exception }) => exception),
  };
}

/** The files that are sent under the user's rules and the added ones. */
export function left(files: readonly string[], added: readonly string[], ignore = ''): string[] {
  const rules = parseIgnore([ignore, ...added].join('\n'));
  return files.filter((path) => !isIgnored(rules, path));
}
