/**
 * Builds of one solve at most. Each hears of every step that it shares with others, so a solve of all 500 of a workspace
 * costs a minute of listening alone.
 */
const MOST = 64;
/** With 16 of them, 50 small services on two took a third longer, and more: a round waits for its slowest build. */
const PER_CPU = 32;

/**
 * The same where layers are merged (`COPY --link`) and caches written: what BuildKit does to write the cache of one build
 * grows with those that it solves beside it. Fifty that changed took 18 s as one solve, and 13 of them 2 s.
 */
const MERGING = 12;

/**
 * Builds of one solve at most.
 * @param cpus of the engine; undefined where nobody knows them
 * @param merges true where any of them merges layers and writes a cache
 * @param asked what the user allows; undefined where he has not said
 */
export function roundSize(cpus: number | undefined, merges: boolean, asked?: number): number {
  return Math.min(merges ? MERGING : MOST, PER_CPU * (cpus ?? MOST), asked ?? MOST);
}

/** What is left of a run, and how much of it is one solve. Places in the list of builds, bases first. */
export class Rounds {
  #size: number;
  /** Parts of rounds that ended before they should: each is a round at most, and comes before all else. */
  readonly #parts: number[][] = [];
  #later: number[];
  #isPart = false;

  /** @param size builds of a round at most; 1 or more */
  constructor(count: number, size: number) {
    this.#later = Array.from({ length: count }, (_, place) => place);
    this.#size = size;
  }

  /** Builds of a round at most. */
  get size(): number {
    return this.#size;
  }

  /** @param isOpen false for what has ended meanwhile @returns none where nothing is left */
  next(isOpen: (place: number) => boolean): number[] {
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) {
      const open = part.filter(isOpen);
      if (open.length === 0) continue;
      this.#isPart = true;
      if (open.length > this.#size) this.#parts.unshift(open.slice(this.#size));
      return open.slice(0, this.#size);
    }
    this.#isPart = false;
    const open = this.#later.filter(isOpen);
    this.#later = open.slice(this.#size);
    return open.slice(0, this.#size);
  }

  /** One of the last round has failed: what was going well goes on. */
  goOn(left: readonly number[]): void {
    if (this.#isPart) this.#parts.unshift([...left]);
    else this.#later = [...left, ...this.#later];
  }

  /**
   * The last round ended, and nobody knows whose fault that is: what it left is tried in rounds of half its size, so
   * that the one that is to blame ends up alone, and the others together.
   * @param round how many it had
   * @returns how many are one round now at most
   */
  halve(left: readonly number[], round: number): number {
    const size = halfOf(round);
    const parts: number[][] = [];
    for (let start = 0; start < left.length; start += size) parts.push(left.slice(start, start + size));
    this.#parts.unshift(...parts);
    return size;
  }

  /** The last round had too many for the machine: all others have half of it at most. */
  shrink(round: number): void {
    this.#size = Math.min(this.#size, halfOf(round));
  }
}

function halfOf(round: number): number {
  return Math.max(1, Math.floor(round / 2));
}
