import type { Source } from '../model/dockerfile';
import { compileGoPattern } from './go-match';
import { isIgnored, type IgnoreRules } from './ignore';
import { compileIgnorePattern } from './ignore-pattern';
import { cleanPath, isInside } from './path';
import { trimSpace } from './space';

export type MatchableSource = Pick<Source, 'path' | 'kind' | 'parents' | 'exclude'>;

/**
 * true where a COPY, ADD or bind mount of this source reads the file at `path`, relative to the same context.
 * false for URLs, heredocs and unresolved sources.
 */
export function matchesSource(source: MatchableSource, path: string): boolean {
  return compileSource(source)(path);
}

/** `matchesSource` for many paths. */
export function compileSource(source: MatchableSource): (path: string) => boolean {
  const excludes = rulesOf(source.exclude);
  if (source.kind !== 'path' && source.kind !== 'glob') return () => false;
  if (source.parents) {
    const includes = rulesOf([source.path]);
    return (path) => (source.path === '.' || isIgnored(includes, path)) && !isIgnored(excludes, path);
  }
  const rootOf = source.kind === 'path' ? plainRoot(source.path) : globRoot(source.path);
  return (path) => {
    const root = rootOf(path);
    if (root === undefined) return false;
    // Excludes are relative to each thing that is copied.
    const relative = root === '.' ? path : path.slice(root.length + 1);
    return relative === '' || !isIgnored(excludes, relative);
  };
}

/** Which part of the path is the source itself: `.`, or a leading part of the path. */
type RootOf = (path: string) => string | undefined;

function plainRoot(source: string): RootOf {
  return (path) => (isInside(path, source) ? source : undefined);
}

/** A wildcard matches a file, or a folder whose content is copied then. */
function globRoot(source: string): RootOf {
  const pattern = compileGoPattern(source);
  if (pattern === undefined) return () => undefined;
  return (path) => {
    for (let slash = path.indexOf('/'); ; slash = path.indexOf('/', slash + 1)) {
      const candidate = slash < 0 ? path : path.slice(0, slash);
      if (pattern.matches(candidate)) return candidate;
      if (slash < 0) return undefined;
    }
  };
}

function rulesOf(patterns: readonly string[]): IgnoreRules {
  return {
    patterns: patterns.flatMap((written) => {
      const cleaned = cleanPath(trimSpace(written));
      const exception = cleaned.startsWith('!');
      const pattern = exception ? cleaned.slice(1) : cleaned;
      const matches = compileIgnorePattern(pattern, () => false);
      return matches === undefined ? [] : [{ pattern, exception, line: 0, matches, mayMatchIn: () => true }];
    }),
  };
}
