import { setMaxListeners } from 'node:events';

/**
 * Calls back when the signal is aborted.
 * @returns ends the watch; safe to call at any time
 */
export function onAbort(signal: AbortSignal | undefined, act: () => void): () => void {
  if (signal === undefined) return () => undefined;
  // One run has one signal, and as many watch it as there are requests at a time: Node.js would warn of a leak.
  setMaxListeners(0, signal);
  signal.addEventListener('abort', act, { once: true });
  return () => signal.removeEventListener('abort', act);
}
