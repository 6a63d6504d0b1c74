import { setMaxListeners } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C can arrive several times: from the terminal, and from a task runner that ends its tasks. */
const SAME_MS = 1_000;

/**
 * An abort signal that Ctrl-C and SIGTERM fire. The first one cancels the work, which then cleans up; a later
 * one ends the process as it would have without us.
 */
export function interruptSignal(): {
  readonly signal: AbortSignal;
  /** Name of the signal that came first. */
  readonly received: () => NodeJS.Signals | undefined;
  readonly release: () => void;
} {
  const controller = new AbortController();
  // Fifty projects ask a registry at once, and each question listens.
  setMaxListeners(0, controller.signal);
  let first: number | undefined;
  let received: NodeJS.Signals | undefined;
  // Our listeners stay after the first signal: without one, execa's own ends the process before it has cleaned up.
  const listen = (name: NodeJS.Signals): void => {
    if (first === undefined) {
      first = performance.now();
      received = name;
      controller.abort();
    } else if (performance.now() - first > SAME_MS) {
      release();
      process.kill(process.pid, name);
    }
  };
  const release = (): void => SIGNALS.forEach((name) => process.removeListener(name, listen));
  SIGNALS.forEach((name) => process.on(name, listen));
  return { signal: controller.signal, received: () => received, release };
}
