import type { ClockPort } from '../../src/ports/logger';

export class FakeClock implements ClockPort {
  #now = Date.UTC(2026, 0, 2);
  readonly #timers = new Set<{ ms: number; next: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  every(ms: number, callback: () => void): () => void {
    const timer = { ms, next: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Time passes only here and in `pass`. */
  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!signal.aborted) this.pass(ms);
  }

  /** Lets time pass, timers included. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.next - b.next)[0];
      if (next === undefined || next.next > end) break;
      this.#now = next.next;
      next.next += next.ms;
      next.callback();
    }
    this.#now = end;
  }

  get timers(): number {
    return this.#timers.size;
  }
}
