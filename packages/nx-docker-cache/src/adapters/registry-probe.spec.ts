import type { RegistryPort } from '../ports/registry';
import { RegistryProbe } from './registry-probe';

const probe = (headManifest: RegistryPort['headManifest']) =>
  new RegistryProbe({ headManifest } as unknown as RegistryPort).probe('r.test/a:b');
const failure = (reason: string, message: string): Error =>
  Object.assign(new Error(message), { name: 'RegistryError', reason });

describe('RegistryProbe', () => {
  it('knows what is there and what is not', async () => {
    expect(await probe(async () => ({ digest: 'sha256:x' }) as never)).toEqual({
      state: 'present',
      digest: 'sha256:x',
    });
    expect(await probe(async () => undefined)).toEqual({ state: 'missing' });
  });

  it('takes forbidden, broken and unreachable registries for unknown', async () => {
    for (const message of ['403', 'connect ECONNREFUSED']) {
      const result = await probe(() => Promise.reject(failure('forbidden', message)));
      expect(result).toEqual({ state: 'unknown', message });
    }
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is no Error must be survived too
    expect(await probe(() => Promise.reject('odd'))).toEqual({ state: 'unknown', message: 'odd' });
  });

  it('gives up after five seconds', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    const timeout = jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(5_000);
      return AbortSignal.abort();
    });
    const result = await probe((_, options) =>
      Promise.reject(options?.signal?.aborted === true ? new Error('aborted') : new Error('not')),
    );
    expect(result).toEqual({ state: 'slow', message: 'no answer within 5 s' });
    timeout.mockRestore();
    jest.useRealTimers();
  });
});
