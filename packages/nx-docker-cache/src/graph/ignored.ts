import type { IgnoreLine } from './ignore-lines';
import { isInside, isWild, literalPart } from '../layout/paths';

/** What an ignore file leaves of a context, as far as filesets can say it: a negated one cannot be taken back. */
export interface Remaining {
  /** Only what matches one of these is sent; undefined: all that is not left out. Relative to the context. */
  readonly only: readonly string[] | undefined;
  /** Never sent. Relative to the context; what matches is left out with all that lies in it. */
  readonly never: readonly string[];
}

/** Without an ignore file. */
export const ALL: Remaining = { only: undefined, never: [] };

/** What Nx never counts among a workspace's files. */
const UNSEEN = /^(?:\*\*\/)?(?:node_modules|\.git)(?:\/\*\*)?$/;

const EVERYTHING = new Set(['*', '**', '**/*', '.', '/']);

/**
 * Reads the rules from the last one that ignores everything. A rule that a later exception may weaken is not used:
 * rather an input too many than one too few.
 */
export function remaining(lines: readonly IgnoreLine[]): Remaining {
  const start = lines.findLastIndex(({ pattern, exception }) => !exception && EVERYTHING.has(pattern));
  const rules = lines.slice(start + 1);
  const never = rules.flatMap(({ pattern, exception }, index) => {
    if (exception || !isSayable(pattern) || UNSEEN.test(pattern)) return [];
    const weakened = rules
      .slice(index + 1)
      .some((later) => later.exception && mayOverlap(pattern, later.pattern));
    return weakened ? [] : [pattern];
  });
  const sent = rules.flatMap(({ pattern, exception }) => (exception ? [pattern] : []));
  // An exception with an unusual wildcard may send anything.
  const only = start >= 0 && sent.every(isSayable) ? sent : undefined;
  return { only, never };
}

/** Wildcards that Docker and Nx understand alike. */
export function isSayable(pattern: string): boolean {
  return !/[\\^[\]{}()!+@]/.test(pattern) && !/[^/]\*\*|\*\*[^/]/.test(pattern);
}

/** May a path match both? Decided by what stands before the wildcards. */
export function mayOverlap(one: string, other: string): boolean {
  const [left, right] = [literalPart(one), literalPart(other)];
  if (isInside(left, right) || isInside(right, left)) return true;
  return left === '.' || right === '.';
}

/**
 * The parts of a source that are sent, by what the ignore file lets through: `libs` of `!libs/a`, `!libs/b` is
 * `libs/a` and `libs/b`.
 */
export function narrowed(source: string, only: readonly string[] | undefined): string[] {
  if (only === undefined) return [source];
  const parts = only.flatMap((sent) => {
    const [from, to] = [literalPart(source), literalPart(sent)];
    if (!isWild(sent) && isInside(from, sent)) return [source];
    if (!isWild(source) && isInside(to, source)) return [sent];
    // Both have wildcards, or the exception may match inside the source: all of the source.
    return isInside(from, to) || isInside(to, from) ? [source] : [];
  });
  return parts.includes(source) ? [source] : [...new Set(parts)];
}
