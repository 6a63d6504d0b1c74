import { compileSource } from '../../dockerfile';
import type { Source } from '../../model/dockerfile';

export type PathSource = Pick<Source, 'path' | 'kind'>;

/**
 * true where a source may read something at this path, below it, or a folder that it lies in: what a walk to the
 * source's files has to pass. Never false for something that is read.
 */
export function mayRead({ path: source, kind }: PathSource, path: string): boolean {
  if (kind !== 'path' && kind !== 'glob') return true;
  if (source === '.' || path === '.') return true;
  const wanted = source.split('/');
  for (const [index, part] of path.split('/').entries()) {
    const pattern = wanted[index];
    // It lies in what the source names; `**` may stand for any number of folders.
    if (pattern === undefined || (kind === 'glob' && pattern.includes('**'))) return true;
    if (!segmentMatches(pattern, kind, part)) return false;
  }
  return true;
}

/** true where the source is the path, or a folder above it: all of the path is read. */
export function readsAll(source: PathSource, path: string): boolean {
  const depth = source.path === '.' ? 0 : source.path.split('/').length;
  return depth <= path.split('/').length && mayRead(source, path);
}

/** true for a source that is all of the context. */
export function isWhole({ path, kind }: PathSource): boolean {
  return kind === 'path' && path === '.';
}

function segmentMatches(pattern: string, kind: Source['kind'], name: string): boolean {
  if (kind === 'path') return pattern === name;
  return compileSource({ path: pattern, kind: 'glob', parents: false, exclude: [] })(name);
}
