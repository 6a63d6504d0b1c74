/** A build context in memory, for specs of what is left of it. */
import { isIgnored, parseIgnore } from '../../src/dockerfile';
import type { ContextDisk } from '../../src/plan/prune';
import { FakeFiles } from './world';

/** @param ignore the user's own rules */
export function diskOf(files: readonly string[], ignore = '', links: readonly string[] = []): ContextDisk {
  const fake = new FakeFiles(Object.fromEntries([...files, ...links].map((path) => [path, ''])));
  links.forEach((path) => fake.links.add(path));
  const rules = parseIgnore(ignore);
  return {
    entries: (folder) => fake.entries(folder),
    ignored: (path) => isIgnored(rules, path),
    exceptions: rules.patterns.some(({ exception }) => exception),
  };
}

/** The files that are sent under the user's rules and the added ones. */
export function left(files: readonly string[], added: readonly string[], ignore = ''): string[] {
  const rules = parseIgnore([ignore, ...added].join('\n'));
  return files.filter((path) => !isIgnored(rules, path));
}
