/**
 * An abort signal that Ctrl-C and SIGTERM fire. The first signal cancels the work, which then cleans up; a
 * second one ends the process as it would have without us.
 */
export function interruptSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const abort = (): void => {
    release();
    controller.abort();
  };
  const release = (): void => signals.forEach((name) => process.removeListener(name, abort));
  signals.forEach((name) => process.on(name, abort));
  return { signal: controller.signal, release };
}
