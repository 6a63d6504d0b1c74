/** Who watches a signal. One run has one signal, and as many watch it as there are requests at a time. */
const WATCHERS = new WeakMap<AbortSignal, Watchers>();

class Watchers {
  readonly #signal: AbortSignal;
  readonly #acts = new Map<object, () => void>();
  readonly #all = (): void => [...this.#acts.values()].forEach((act) => act());

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(act: () => void): () => void {
    const watcher = {};
    // One listener for all of them: of more than ten Node.js would warn as of a leak.
    if (this.#acts.size === 0) this.#signal.addEventListener('abort', this.#all, { once: true });
    this.#acts.set(watcher, act);
    return () => {
      this.#acts.delete(watcher);
      if (this.#acts.size === 0) this.#signal.removeEventListener('abort', this.#all);
    };
  }
}

/**
 * Calls back when the signal is aborted.
 * @returns ends the watch; safe to call at any time
 */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  const watchers = WATCHERS.get(signal) ?? new Watchers(signal);
  WATCHERS.set(signal, watchers);
  return watchers.add(act);
}
