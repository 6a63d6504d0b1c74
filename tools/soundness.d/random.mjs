/** Random numbers that a seed repeats on every machine. */
export class Random {
  #state;

  /** @param {number} seed */
  constructor(seed) {
    this.#state = seed >>> 0;
  }

  /** mulberry32. @returns {number} 0 ≤ x < 1 */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @returns {number} 0 … below - 1 */
  int(below) {
    return Math.floor(this.next() * below);
  }

  chance(probability) {
    return this.next() < probability;
  }

  /**
   * @template T
   * @param {readonly T[]} items
   * @returns {T}
   */
  pick(items) {
    if (items.length === 0) throw new NothingToPick();
    return items[this.int(items.length)];
  }

  /**
   * @template T
   * @param {readonly (readonly [number, T])[]} items weights and values
   * @returns {T}
   */
  weighted(items) {
    let at = this.next() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of items) if ((at -= weight) < 0) return value;
    return items[items.length - 1][1];
  }

  /** A few short words. */
  words(count = 1 + this.int(4)) {
    return Array.from({ length: count }, () => this.int(36 ** 4).toString(36)).join(' ');
  }
}

/** There is nothing that this edit could change: another one is tried. */
export class NothingToPick extends Error {}
