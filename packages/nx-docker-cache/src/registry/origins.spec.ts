import { Origins } from './origins';
import { isLoopback } from './host';
import type { Fetch } from './types';

const fault = (code: string): Error => Object.assign(new Error(code), { code });

/** Answers a scheme's probe with a status or a network code. */
function host(answers: Record<'http' | 'https', number | string>): {
  origins: Origins;
  asked: string[];
  learnt: [string, number][];
} {
  const asked: string[] = [];
  const learnt: [string, number][] = [];
  const fetch: Fetch = (url) => {
    asked.push(url);
    const answer = answers[url.startsWith('https') ? 'https' : 'http'];
    if (typeof answer === 'string') return Promise.reject(fault(answer));
    return Promise.resolve({ status: answer, headers: { get: () => null }, body: null });
  };
  const wire = { fetch, timeoutMs: 1000, now: () => 0 };
  const allowPlain = (name: string): boolean => isLoopback(name) || name === 'insecure.io';
  return {
    origins: new Origins(wire, allowPlain, (name, { status }) => learnt.push([name, status])),
    asked,
    learnt,
  };
}

describe('Origins', () => {
  it('asks hosts elsewhere nothing, and speaks TLS to them', async () => {
    const { origins, asked } = host({ http: 200, https: 200 });
    await expect(origins.of('ghcr.io')).resolves.toBe('https://ghcr.io');
    await expect(origins.of('Registry.example:443')).resolves.toBe('https://registry.example');
    await expect(origins.of('docker.io')).resolves.toBe('https://registry-1.docker.io');
    expect(asked).toEqual([]);
  });

  it.each([
    ['plain HTTP', 200, 'EPROTO', 'http'],
    ['plain HTTP that wants a login', 401, 'EPROTO', 'http'],
    ['TLS of Go', 400, 200, 'https'],
    ['TLS of node', 'ECONNRESET', 200, 'https'],
    ['TLS that wants a login', 'ECONNRESET', 401, 'https'],
    ['TLS with a certificate that is not trusted', 400, 'DEPTH_ZERO_SELF_SIGNED_CERT', 'https'],
    ['plain HTTP that answers 400', 400, 'EPROTO', 'http'],
  ])('finds on loopback: %s', async (_name, http, https, scheme) => {
    const { origins } = host({ http, https });
    await expect(origins.of('localhost:5000')).resolves.toBe(`${scheme}://localhost:5000`);
  });

  it.each([
    ['TLS', 200, 401, 'https'],
    ['plain HTTP', 200, 'EPROTO', 'http'],
    ['TLS that cannot be trusted', 200, 'CERT_HAS_EXPIRED', 'http'],
  ])('finds on a host that may be insecure: %s', async (_name, http, https, scheme) => {
    const { origins } = host({ http, https });
    await expect(origins.of('insecure.io')).resolves.toBe(`${scheme}://insecure.io`);
  });

  it('asks once, however many want to know', async () => {
    const { origins, asked, learnt } = host({ http: 401, https: 'EPROTO' });
    await Promise.all([origins.of('127.0.0.1:5000'), origins.of('127.0.0.1:5000')]);
    await origins.of('127.0.0.1:5000');
    expect(asked).toEqual(['http://127.0.0.1:5000/v2/']);
    expect(learnt).toEqual([['127.0.0.1:5000', 401]]);
  });

  it('asks again after a failure', async () => {
    const answers = { http: 'ECONNREFUSED' as string | number, https: 'ECONNREFUSED' as string | number };
    const { origins, asked } = host(answers);
    await expect(origins.of('localhost:5000')).rejects.toMatchObject({
      reason: 'unavailable',
      temporary: true,
    });
    answers.http = 200;
    await expect(origins.of('localhost:5000')).resolves.toBe('http://localhost:5000');
    expect(asked).toEqual(['http://localhost:5000/v2/', 'http://localhost:5000/v2/']);
  });

  it('takes a reset for what it is where TLS is not spoken either', async () => {
    const { origins } = host({ http: 'ECONNRESET', https: 'EPROTO' });
    await expect(origins.of('localhost:5000')).rejects.toMatchObject({
      temporary: true,
      url: 'http://localhost:5000/v2/',
    });
  });
});
