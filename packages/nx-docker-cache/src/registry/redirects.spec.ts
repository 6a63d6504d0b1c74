import type { WireRequest } from './exchange';
import { follow } from './redirects';
import type { Call } from './retry';
import type { Fetch, FetchInit } from './types';

const CALL: Call = { signal: undefined, deadlineAt: Number.POSITIVE_INFINITY };

/** Answers by URL: `[status, location?]`; 200 for what is not listed. */
function site(answers: Record<string, [number, string?]>): {
  fetch: Fetch;
  seen: (FetchInit & { url: string })[];
} {
  const seen: (FetchInit & { url: string })[] = [];
  const fetch: Fetch = (url, init) => {
    seen.push({ ...init, url });
    const [status, location = null] = answers[url] ?? [200];
    return Promise.resolve({
      status,
      headers: { get: (name) => (name === 'location' ? location : null) },
      body: null,
    });
  };
  return { fetch, seen };
}

function ask(fetch: Fetch, overrides: Partial<WireRequest> = {}): ReturnType<typeof follow> {
  const headers = { authorization: 'Basic c2VjcmV0', accept: 'a/b' };
  const request = { method: 'GET', url: 'https://r.io/blob', headers, maxBytes: 100, ...overrides };
  const wire = { fetch, timeoutMs: 1000, now: () => 0 };
  return follow(wire, request, CALL, (host) => host === 'localhost:80' || host === 'insecure.io');
}

describe('follow', () => {
  it('keeps credentials with their origin', async () => {
    const { fetch, seen } = site({
      'https://r.io/blob': [307, '/elsewhere'],
      'https://r.io/elsewhere': [302, 'https://store.example/x?signature=s'],
      'https://store.example/x?signature=s': [301, 'https://r.io/back'],
    });
    const response = await ask(fetch);
    expect(response).toMatchObject({ status: 200, url: 'https://r.io/back' });
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['https://r.io/blob', 'Basic c2VjcmV0'],
      ['https://r.io/elsewhere', 'Basic c2VjcmV0'],
      ['https://store.example/x?signature=s', undefined],
      // Once given up, they do not come back: who sent us here is not the registry.
      ['https://r.io/back', undefined],
    ]);
    expect(seen.every(({ headers }) => headers.accept === 'a/b')).toBe(true);
    expect(new Set(seen.map(({ redirect }) => redirect))).toEqual(new Set(['manual']));
  });

  it.each(['https://r.io:8443/x', 'https://sub.r.io/x', 'http://insecure.io/x'])(
    'takes %s for another origin',
    async (location) => {
      const { fetch, seen } = site({ 'https://r.io/blob': [302, location] });
      await ask(fetch);
      expect(seen[1]).toMatchObject({
        url: location,
        headers: expect.not.objectContaining({ authorization: expect.anything() }),
      });
    },
  );

  it('does not go from TLS to plain HTTP', async () => {
    const { fetch, seen } = site({ 'https://r.io/blob': [302, 'http://r.io/blob?token=t'] });
    await expect(ask(fetch)).rejects.toMatchObject({
      reason: 'invalid-response',
      message: expect.stringContaining('http://r.io/blob?token=…, which is not protected by TLS'),
    });
    expect(seen).toHaveLength(1);
  });

  it.each(['file:///etc/passwd', 'data:text/plain,x', 'https://'])('does not follow %s', async (location) => {
    const { fetch, seen } = site({ 'https://r.io/blob': [302, location] });
    await expect(ask(fetch)).rejects.toMatchObject({ reason: 'invalid-response' });
    expect(seen).toHaveLength(1);
  });

  it('ends loops', async () => {
    const { fetch, seen } = site({ 'https://r.io/blob': [302, 'https://r.io/blob'] });
    await expect(ask(fetch)).rejects.toThrow('more than 5 redirects');
    expect(seen).toHaveLength(6);
  });

  it.each([
    ['POST', 307, '/x', 2],
    ['PUT', 308, '/x', 2],
    ['PUT', 302, '/x', 1],
    ['PUT', 307, 'https://other.io/x', 1],
    ['DELETE', 307, 'https://other.io/x', 1],
  ])(
    'sends a %s on after %d to %s only where it stays and keeps its method',
    async (method, status, location, count) => {
      const { fetch, seen } = site({ 'https://r.io/blob': [status, location] });
      const body = Buffer.from('body');
      const response = await ask(fetch, { method, body });
      expect(seen).toHaveLength(count);
      expect(seen.every((request) => request.method === method && request.body === body)).toBe(true);
      expect(response.status).toBe(count === 2 ? 200 : status);
    },
  );

  it('hands a redirect without a location back', async () => {
    const { fetch } = site({ 'https://r.io/blob': [302] });
    await expect(ask(fetch)).resolves.toMatchObject({ status: 302 });
  });
});
