import { posix } from 'node:path';
import { variantOf } from './dockerfile-names';
import { within } from './paths';

/**
 * What stands behind the target's name for each Dockerfile of one project, by path: '' for the plain one. Of two
 * that would have one name, the one nearer to the project's folder keeps it and the other adds its folder.
 */
export function targetSuffixes(projectRoot: string, paths: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>();
  const suffixes = new Map<string, string>();
  const nearest = [...paths].sort((left, right) => depth(left) - depth(right) || (left < right ? -1 : 1));
  for (const path of nearest) {
    const variant = clean(variantOf(path) ?? '');
    const folder = clean(within(posix.dirname(path), projectRoot).replace(/^\.$/, ''));
    const wanted = [variant, [folder, variant].filter((part) => part !== '').join('-')];
    const free = wanted.find((suffix) => !taken.has(suffix)) ?? numbered(wanted[1]!, taken);
    taken.add(free);
    suffixes.set(path, free);
  }
  return suffixes;
}

function numbered(suffix: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number++) if (!taken.has(`${suffix}-${number}`)) return `${suffix}-${number}`;
}

function depth(path: string): number {
  return path.split('/').length;
}

/** Characters that Nx takes in a target's name without quotes or colons. */
function clean(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[._-]+|[._-]+$/g, '');
}
