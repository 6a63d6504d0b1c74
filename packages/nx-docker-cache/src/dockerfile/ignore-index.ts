import type { IgnorePattern } from './ignore';
import { isExact } from './ignore-pattern';
import { firstWild } from './ignore-reach';

type Pattern = Pick<IgnorePattern, 'pattern' | 'exception' | 'mayMatchIn'>;

/**
 * Finds the patterns that can say anything about a path. Of hundreds of rules that name one path each, as `prune` makes
 * them, nearly none does.
 */
export class IgnoreIndex {
  /** Patterns that may match many paths, by index. */
  readonly #loose: readonly number[];
  /** Those that match one path, by that path. */
  readonly #exact = new Map<string, number[]>();
  /** Candidates for what no exact pattern names, by the list of what matches its folder. */
  readonly #inFolders = new WeakMap<readonly number[], readonly number[]>();
  /** Folders on the way to what exceptions without wildcards name. */
  readonly #onTheWay = new Set<string>();
  readonly #wildExceptions: readonly Pattern[];

  constructor(patterns: readonly Pattern[]) {
    const loose: number[] = [];
    for (const [at, { pattern }] of patterns.entries()) {
      if (!isExact(pattern)) loose.push(at);
      else this.#exact.set(pattern, [...(this.#exact.get(pattern) ?? []), at]);
    }
    this.#loose = loose;
    const exceptions = patterns.filter(({ exception }) => exception);
    this.#wildExceptions = exceptions.filter(({ pattern }) => firstWild(pattern) >= 0);
    for (const { pattern } of exceptions.filter((one) => firstWild(one.pattern) < 0)) {
      for (let slash = pattern.indexOf('/'); slash >= 0; slash = pattern.indexOf('/', slash + 1))
        this.#onTheWay.add(pattern.slice(0, slash));
    }
  }

  /**
   * Indices, in their order, of all patterns that may match the path.
   * @param above of patterns that match a folder above it
   */
  candidates(path: string, above: readonly number[]): readonly number[] {
    const exact = this.#exact.get(path);
    if (exact !== undefined) return this.#with(exact, above);
    if (above.length === 0) return this.#loose;
    const known = this.#inFolders.get(above) ?? this.#with([], above);
    this.#inFolders.set(above, known);
    return known;
  }

  /** The same of any of the paths. */
  candidatesOf(paths: readonly string[]): readonly number[] {
    const exact = paths.flatMap((path) => this.#exact.get(path) ?? []);
    return exact.length === 0 ? this.#loose : this.#with(exact, []);
  }

  /** true where an exception may match something that lies in the folder. */
  mayComeBackIn(folder: string): boolean {
    return this.#onTheWay.has(folder) || this.#wildExceptions.some(({ mayMatchIn }) => mayMatchIn(folder));
  }

  #with(exact: readonly number[], above: readonly number[]): readonly number[] {
    return [...new Set([...this.#loose, ...exact, ...above])].sort((a, b) => a - b);
  }
}

const INDICES = new WeakMap<readonly Pattern[], IgnoreIndex>();

/** The index of rules, made at the first question. */
export function indexOf(patterns: readonly Pattern[]): IgnoreIndex {
  const known = INDICES.get(patterns) ?? new IgnoreIndex(patterns);
  INDICES.set(patterns, known);
  return known;
}
