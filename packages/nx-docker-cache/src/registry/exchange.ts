import { BodyTooLargeError, readBody } from './body';
import { RegistryError } from './error';
import { networkFailure } from './network-failure';
import { onAbort } from './on-abort';
import { redactUrl } from './redact';
import type { Call } from './retry';
import type { Fetch, HeaderReader } from './types';

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Bytes that a successful answer may have. */
  readonly maxBytes: number;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: HeaderReader;
  readonly bytes: Uint8Array;
  /** Where the answer came from in the end. */
  readonly url: string;
}

export interface Wire {
  readonly fetch: Fetch;
  /** Milliseconds for one request, its body included. */
  readonly timeoutMs: number;
  readonly now: () => number;
}

/** Enough of an error's body to explain it. */
const MAX_ERROR_BYTES = 64 * 1024;

/**
 * One request and its whole answer, whatever the status.
 * @throws RegistryError `unavailable`, `timeout`, `aborted`, `invalid-response` (too large)
 */
export async function exchange(wire: Wire, request: WireRequest, call: Call): Promise<WireResponse> {
  const { method, url, headers, body, maxBytes } = request;
  const left = call.deadlineAt - wire.now();
  if (isAborted(call)) throw aborted(request);
  if (left <= 0) throw timedOut(request, 'the deadline of the call has passed');

  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const limit = Math.min(wire.timeoutMs, left);
  const timer = setTimeout(abort, limit);
  const unwatch = onAbort(call.signal, abort);
  try {
    const response = await wire.fetch(url, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: controller.signal,
    });
    const isOk = response.status < 300;
    const bytes = await readBody(response, isOk ? maxBytes : MAX_ERROR_BYTES, isOk ? 'throw' : 'cut');
    return { status: response.status, headers: response.headers, bytes, url };
  } catch (error) {
    if (isAborted(call)) throw aborted(request);
    if (controller.signal.aborted) throw timedOut(request, `no full answer within ${Math.round(limit)} ms`);
    if (error instanceof BodyTooLargeError) throw tooLarge(request);
    throw networkFailure(method, url, error);
  } finally {
    clearTimeout(timer);
    unwatch();
  }
}

/** A function, because the signal changes between two questions. */
function isAborted({ signal }: Call): boolean {
  return signal?.aborted === true;
}

function aborted({ method, url }: WireRequest): RegistryError {
  const safeUrl = redactUrl(url);
  return new RegistryError({
    reason: 'aborted',
    message: `${method} ${safeUrl} was cancelled.`,
    method,
    url: safeUrl,
  });
}

function timedOut({ method, url }: WireRequest, why: string): RegistryError {
  const safeUrl = redactUrl(url);
  return new RegistryError({
    reason: 'timeout',
    message: `${method} ${safeUrl} timed out: ${why}.`,
    hint: 'Check that the registry is up and near, or allow it more time.',
    method,
    url: safeUrl,
    temporary: true,
  });
}

function tooLarge({ method, url, maxBytes }: WireRequest): RegistryError {
  const safeUrl = redactUrl(url);
  return new RegistryError({
    reason: 'invalid-response',
    message: `${method} ${safeUrl} answered with more than the ${maxBytes} bytes that are read of such an answer.`,
    expected: `at most ${maxBytes} bytes`,
    method,
    url: safeUrl,
  });
}
