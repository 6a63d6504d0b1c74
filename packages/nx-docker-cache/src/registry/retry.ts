import { RegistryError } from './error';

export interface RetryPolicy {
  /** Tries after the first one. */
  readonly retries: number;
  /** Milliseconds. */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** Cap on what Retry-After may ask for, milliseconds. */
  readonly maxRetryAfterMs: number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** The limits of one call of a verb. */
export interface Call {
  readonly signal: AbortSignal | undefined;
  /** Milliseconds since 1970. */
  readonly deadlineAt: number;
}

/**
 * Runs `attempt` again while it fails with a temporary RegistryError, tries are left and the deadline allows
 * the wait; the last error is thrown.
 */
export async function withRetry<T>(policy: RetryPolicy, call: Call, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RegistryError) || !error.temporary || failures >= policy.retries) throw error;
      const wait = delayMs(policy, failures, error.retryAfterMs);
      if (policy.now() + wait >= call.deadlineAt) throw error;
      await policy.sleep(wait, call.signal);
      if (call.signal?.aborted === true) throw error;
    }
  }
}

/**
 * Exponential, half of it random so that a fleet of CI jobs does not come back at the same moment; never
 * before the moment that the registry asked for, as far as the cap allows.
 */
export function delayMs(policy: RetryPolicy, failures: number, asked: number | undefined): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** failures);
  const backoff = ceiling / 2 + (ceiling / 2) * policy.random();
  return asked === undefined ? backoff : Math.max(backoff, Math.min(asked, policy.maxRetryAfterMs));
}

/** Milliseconds in a Retry-After header, seconds or a date (RFC 9110, 10.2.3); undefined where there is none. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
