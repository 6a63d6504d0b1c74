import { exchange } from './exchange';
import type { Call } from './retry';
import type { Fetch, FetchResponse } from './types';

const CALL: Call = { signal: undefined, deadlineAt: Number.POSITIVE_INFINITY };
const request = { method: 'GET', url: 'https://r.io/v2/x?token=t', headers: { a: 'b' }, maxBytes: 8 };

const answer = (status: number, ...chunks: string[]): FetchResponse => ({
  status,
  headers: { get: () => null },
  body: (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })(),
});

/** Never answers, and ends with its signal as fetch does. */
const silent: Fetch = (_url, { signal }) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

const send = (fetch: Fetch, call: Call = CALL, timeoutMs = 1000, now = 0): ReturnType<typeof exchange> =>
  exchange({ fetch, timeoutMs, now: () => now }, request, call);

describe('exchange', () => {
  it('reads the whole answer', async () => {
    const response = await send(() => Promise.resolve(answer(200, 'ab', 'cd')));
    expect(response).toMatchObject({ status: 200, url: request.url });
    expect(Buffer.from(response.bytes).toString()).toBe('abcd');
  });

  it('stops reading at the bound', async () => {
    let chunks = 0;
    const body = (async function* () {
      for (;;) {
        chunks += 1;
        yield Buffer.from('xxxx');
      }
    })();
    await expect(send(() => Promise.resolve({ ...answer(200), body }))).rejects.toMatchObject({
      reason: 'invalid-response',
      message: expect.stringContaining('more than the 8 bytes'),
    });
    expect(chunks).toBe(3);
  });

  it('reads a bounded part of an explanation', async () => {
    const response = await send(() => Promise.resolve(answer(500, 'x'.repeat(60_000), 'y'.repeat(60_000))));
    expect(response.bytes.byteLength).toBe(64 * 1024);
  });

  it('ends a request that takes too long, its body included', async () => {
    const stuck: Fetch = (_url, { signal }) =>
      Promise.resolve({
        ...answer(200),
        body: (async function* () {
          yield Buffer.from('x');
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(new Error('aborted'))),
          );
        })(),
      });
    for (const fetch of [silent, stuck]) {
      await expect(send(fetch, CALL, 20)).rejects.toMatchObject({
        reason: 'timeout',
        temporary: true,
        message: 'GET https://r.io/v2/x?token=… timed out: no full answer within 20 ms.',
      });
    }
  });

  it('ends at the deadline of the call', async () => {
    await expect(send(silent, { ...CALL, deadlineAt: 20 })).rejects.toMatchObject({ reason: 'timeout' });
    const fetch = jest.fn(silent);
    await expect(send(fetch, { ...CALL, deadlineAt: 20 }, 1000, 20)).rejects.toThrow(
      'the deadline of the call has passed',
    );
    expect(fetch).not.toHaveBeenCalled();
  });

  it('ends when the caller cancels', async () => {
    const controller = new AbortController();
    const pending = send(silent, { ...CALL, signal: controller.signal });
    controller.abort();
    await expect(pending).rejects.toMatchObject({ reason: 'aborted', temporary: false });
    await expect(send(silent, { ...CALL, signal: controller.signal })).rejects.toMatchObject({
      reason: 'aborted',
    });
  });
});
