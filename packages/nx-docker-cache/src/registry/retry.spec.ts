import { RegistryError } from './error';
import { delayMs, retryAfterMs, withRetry, type Call, type RetryPolicy } from './retry';

const NEVER: Call = { signal: undefined, deadlineAt: Number.POSITIVE_INFINITY };

/** A policy whose clock moves with its sleeps only. */
function fakePolicy(overrides: Partial<RetryPolicy> = {}): { policy: RetryPolicy; waits: number[] } {
  const waits: number[] = [];
  let clock = 0;
  const policy: RetryPolicy = {
    retries: 3,
    baseDelayMs: 100,
    maxDelayMs: 1000,
    maxRetryAfterMs: 5000,
    now: () => clock,
    random: () => 1,
    sleep: (ms) => {
      waits.push(ms);
      clock += ms;
      return Promise.resolve();
    },
    ...overrides,
  };
  return { policy, waits };
}

function failing(
  times: number,
  details: { temporary?: boolean; retryAfterMs?: number } = {},
): () => Promise<string> {
  let left = times;
  return () => {
    if (left === 0) return Promise.resolve('done');
    left -= 1;
    return Promise.reject(
      new RegistryError({ reason: 'unavailable', message: `fault ${left}`, temporary: true, ...details }),
    );
  };
}

describe('withRetry', () => {
  it('tries again, each time later, until it succeeds', async () => {
    const { policy, waits } = fakePolicy();
    await expect(withRetry(policy, NEVER, failing(3))).resolves.toBe('done');
    expect(waits).toEqual([100, 200, 400]);
  });

  it('gives up after the tries that are allowed, with the last error', async () => {
    const { policy, waits } = fakePolicy({ retries: 2 });
    await expect(withRetry(policy, NEVER, failing(5))).rejects.toThrow('fault 2');
    expect(waits).toHaveLength(2);
  });

  it('does not repeat what will not change', async () => {
    const { policy, waits } = fakePolicy();
    await expect(withRetry(policy, NEVER, failing(1, { temporary: false }))).rejects.toThrow('fault 0');
    await expect(withRetry(policy, NEVER, () => Promise.reject(new TypeError('bug')))).rejects.toThrow('bug');
    expect(waits).toEqual([]);
  });

  it('does not start a wait that would end behind the deadline', async () => {
    const { policy, waits } = fakePolicy();
    await expect(withRetry(policy, { ...NEVER, deadlineAt: 250 }, failing(5))).rejects.toThrow('fault 3');
    expect(waits).toEqual([100]);
  });

  it('does not try again once the caller has cancelled', async () => {
    const controller = new AbortController();
    const { policy } = fakePolicy({ sleep: () => Promise.resolve(controller.abort()) });
    const attempt = jest.fn(failing(5));
    await expect(withRetry(policy, { ...NEVER, signal: controller.signal }, attempt)).rejects.toThrow(
      'fault 4',
    );
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});

describe('delayMs', () => {
  it('spreads the upper half of the delay and caps it', () => {
    const { policy: low } = fakePolicy({ random: () => 0 });
    const { policy: high } = fakePolicy();
    expect([0, 1, 2, 20].map((failures) => delayMs(low, failures, undefined))).toEqual([50, 100, 200, 500]);
    expect([0, 1, 2, 20].map((failures) => delayMs(high, failures, undefined))).toEqual([
      100, 200, 400, 1000,
    ]);
  });

  it('waits as long as the registry asks, up to the cap', () => {
    const { policy } = fakePolicy();
    expect(delayMs(policy, 0, 3000)).toBe(3000);
    expect(delayMs(policy, 0, 3_600_000)).toBe(5000);
    expect(delayMs(policy, 0, 0)).toBe(100);
  });
});

describe('retryAfterMs', () => {
  it('reads seconds and dates', () => {
    const now = Date.parse('2024-05-01T10:00:00Z');
    expect(retryAfterMs('7', now)).toBe(7000);
    expect(retryAfterMs('Wed, 01 May 2024 10:00:30 GMT', now)).toBe(30_000);
    expect(retryAfterMs('Wed, 01 May 2024 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterMs('soon', now)).toBeUndefined();
    expect(retryAfterMs(null, now)).toBeUndefined();
  });
});
