import { fetchToken, type TokenRequest } from './token';
import type { WireRequest, WireResponse } from './exchange';

const challenge = { scheme: 'bearer', realm: 'https://auth.io/token?x=1', service: 's', scopes: [] } as const;
const SCOPES = ['repository:a:pull', 'repository:b:pull,push'];

function server(...answers: [number, unknown][]): {
  send: (request: WireRequest) => Promise<WireResponse>;
  seen: WireRequest[];
} {
  const seen: WireRequest[] = [];
  const send = (request: WireRequest): Promise<WireResponse> => {
    const [status, body] = answers[Math.min(seen.length, answers.length - 1)]!;
    seen.push(request);
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return Promise.resolve({ status, bytes, headers: { get: () => null }, url: request.url });
  };
  return { send, seen };
}

const ask = (
  send: Parameters<typeof fetchToken>[0],
  credential?: TokenRequest['credential'],
): ReturnType<typeof fetchToken> =>
  fetchToken(send, { host: 'r.io', challenge, scopes: SCOPES, credential }, () => 1_000_000);

describe('fetchToken', () => {
  it('asks with the password, one scope parameter a scope', async () => {
    const { send, seen } = server([200, { token: 'T' }]);
    await expect(ask(send, { username: 'u', password: 'p' })).resolves.toMatchObject({ value: 'T' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'GET', headers: { authorization: 'Basic dTpw' } });
    const url = new URL(seen[0]!.url);
    expect(url.searchParams.get('x')).toBe('1');
    expect(url.searchParams.get('service')).toBe('s');
    expect(url.searchParams.getAll('scope')).toEqual(SCOPES);
  });

  it('asks without a login for what is public', async () => {
    const { send, seen } = server([200, { access_token: 'T' }]);
    await expect(ask(send)).resolves.toMatchObject({ value: 'T' });
    expect(seen[0]!.headers).not.toHaveProperty('authorization');
  });

  it('exchanges an identity token by POST, where no log shows it', async () => {
    const { send, seen } = server([200, { access_token: 'T' }]);
    await ask(send, { username: 'u', identityToken: 'refresh' });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: challenge.realm });
    expect(Object.fromEntries(new URLSearchParams(Buffer.from(seen[0]!.body!).toString()))).toEqual({
      grant_type: 'refresh_token',
      client_id: 'nx-docker-cache',
      refresh_token: 'refresh',
      service: 's',
      scope: SCOPES.join(' '),
    });
  });

  it.each([404, 405])('falls back to the GET where the POST is answered %d', async (status) => {
    const { send, seen } = server([status, ''], [200, { token: 'T' }]);
    await expect(ask(send, { username: 'u', identityToken: 'r' })).resolves.toMatchObject({ value: 'T' });
    expect(seen.map(({ method }) => method)).toEqual(['POST', 'GET']);
    expect(seen[1]!.headers.authorization).toBe(`Basic ${Buffer.from('u:r').toString('base64')}`);
  });

  it('does not fall back from a refusal', async () => {
    const { send, seen } = server([401, { errors: [{ code: 'UNAUTHORIZED', message: 'no' }] }]);
    await expect(ask(send, { identityToken: 'r' })).rejects.toMatchObject({
      reason: 'unauthorized',
      code: 'UNAUTHORIZED',
    });
    expect(seen).toHaveLength(1);
  });

  it.each([
    [undefined, 'Nobody is logged in to r.io: docker login r.io.'],
    [{ username: 'u', password: 'p' }, 'The login to r.io was not accepted: docker login r.io.'],
  ])('says who is to log in where', async (credential, hint) => {
    for (const status of [401, 403]) {
      await expect(ask(server([status, {}]).send, credential)).rejects.toMatchObject({ status, hint });
    }
  });

  it.each([
    [{ token: 'T', expires_in: 300 }, 290],
    [{ token: 'T' }, 50],
    [{ token: 'T', expires_in: 0 }, 50],
    [{ token: 'T', expires_in: 8 }, 6],
  ])('keeps %j for %d s', async (body, seconds) => {
    const { send } = server([200, body]);
    await expect(ask(send)).resolves.toMatchObject({ expiresAt: 1_000_000 + seconds * 1000 });
  });

  it.each([[{}], [{ token: '' }], ['<html>'], [{ token: 'two\nlines' }], [{ token: 'T', expires_in: -1 }]])(
    'refuses %j',
    async (body) => {
      const { send } = server([200, body]);
      await expect(ask(send)).rejects.toMatchObject({ reason: 'invalid-response' });
    },
  );
});
