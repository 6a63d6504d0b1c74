import { RegistryError } from './error';
import { onAbort } from './on-abort';
import type { Call } from './retry';

/**
 * The verb's result, or the end of the call, whichever comes first. Requests watch the call themselves; work
 * that calls share (a token, a login, a probe) does not, and must not hold a call past its end.
 * @throws RegistryError `aborted`, `timeout`, or the verb's
 */
export async function within<T>(call: Call, deadlineMs: number, verb: () => Promise<T>): Promise<T> {
  const { signal } = call;
  if (signal?.aborted === true) throw aborted();
  let unwatch: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    unwatch = onAbort(signal, () => reject(aborted()));
    timer = setTimeout(() => reject(late(deadlineMs)), deadlineMs);
  });
  try {
    return await Promise.race([verb(), limit]);
  } finally {
    clearTimeout(timer);
    unwatch?.();
  }
}

function aborted(): RegistryError {
  return new RegistryError({ reason: 'aborted', message: 'The call to the registry was cancelled.' });
}

function late(deadlineMs: number): RegistryError {
  return new RegistryError({
    reason: 'timeout',
    message: `The registry did not finish the call within ${deadlineMs} ms, retries included.`,
    hint: 'Check that the registry is up and near, or allow it more time.',
    temporary: true,
  });
}
