/** From what happened on the wire to a RegistryError. */
import { RegistryError, type RegistryErrorReason } from './error';
import { decodeJson } from './json';
import { oneLine, redactUrl } from './redact';
import { retryAfterMs } from './retry';
import { errorBodySchema } from './schema';
import type { HeaderReader } from './types';

export interface AnsweredRequest {
  readonly method: string;
  readonly url: string;
}

export interface BadResponse {
  readonly status: number;
  readonly headers: HeaderReader;
  readonly bytes: Uint8Array;
}

/** Error codes that say more than the status beside them (distribution-spec, "Error Codes"). */
const REASON_OF_CODE: Readonly<Record<string, RegistryErrorReason>> = {
  UNSUPPORTED: 'unsupported',
  TOOMANYREQUESTS: 'rate-limited',
  DENIED: 'denied',
  NAME_UNKNOWN: 'not-found',
  MANIFEST_UNKNOWN: 'not-found',
  BLOB_UNKNOWN: 'not-found',
};

/** @param now milliseconds since 1970, for a Retry-After that is a date */
export function responseFailure(
  { method, url }: AnsweredRequest,
  response: BadResponse,
  now: number,
  hint?: string,
): RegistryError {
  const { status } = response;
  const explained = errorBodySchema.safeParse(decodeJson(response.bytes));
  const first = explained.success ? explained.data.errors[0] : undefined;
  const code = first === undefined ? undefined : oneLine(first.code, 60);
  const reason = reasonOf(status, code);
  const said = [code, first?.message === undefined ? undefined : oneLine(first.message)].filter(
    (part) => part,
  );
  const safeUrl = redactUrl(url);
  return new RegistryError({
    reason,
    message: `${method} ${safeUrl} answered ${status}${said.length > 0 ? ` (${said.join(': ')})` : ''}.`,
    hint: hint ?? HINTS[reason],
    method,
    url: safeUrl,
    status,
    code,
    temporary: isTemporaryStatus(status) || reason === 'rate-limited',
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), now),
  });
}

function reasonOf(status: number, code: string | undefined): RegistryErrorReason {
  if (status === 429) return 'rate-limited';
  if (status === 403) return code === 'TOOMANYREQUESTS' ? 'rate-limited' : 'denied';
  if (status === 404) return 'not-found';
  if (status === 405 || status === 501) return 'unsupported';
  if (status >= 500) return 'unavailable';
  const named = code === undefined ? undefined : REASON_OF_CODE[code];
  if (named !== undefined) return named;
  if (status === 401) return 'unauthorized';
  return status >= 400 ? 'rejected' : 'invalid-response';
}

function isTemporaryStatus(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status !== 501 && status !== 505);
}

const HINTS: Readonly<Partial<Record<RegistryErrorReason, string>>> = {
  denied: 'Give the user that is logged in access to this repository; some registries want it created first.',
  'rate-limited': 'Log in for a higher limit, or wait.',
  'invalid-response': 'Is this address a registry, and is no login page or proxy answering in its place?',
};
