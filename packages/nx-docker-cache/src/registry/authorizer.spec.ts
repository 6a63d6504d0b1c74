import { Authorizer } from './authorizer';
import type { WireRequest, WireResponse } from './exchange';
import type { Credential } from './types';

const CHALLENGE = 'Bearer realm="https://auth.io/token",service="s"';
const PULL = ['repository:a:pull'];

function setUp(credential?: Credential | Error): {
  authorizer: Authorizer;
  sent: WireRequest[];
  asked: string[];
  clock: { now: number };
  answer: { status: number };
} {
  const sent: WireRequest[] = [];
  const asked: string[] = [];
  const clock = { now: 0 };
  const answer = { status: 200 };
  const authorizer = new Authorizer({
    credentials: (host) => {
      asked.push(host);
      return credential instanceof Error ? Promise.reject(credential) : Promise.resolve(credential);
    },
    send: (request): Promise<WireResponse> => {
      sent.push(request);
      const bytes = Buffer.from(JSON.stringify({ token: `T${sent.length}`, expires_in: 100 }));
      return Promise.resolve({
        status: answer.status,
        bytes,
        headers: { get: () => null },
        url: request.url,
      });
    },
    allowPlain: (host) => host === 'localhost:5000',
    now: () => clock.now,
  });
  return { authorizer, sent, asked, clock, answer };
}

describe('Authorizer', () => {
  it('asks nobody for credentials before a challenge', async () => {
    const { authorizer, asked } = setUp({ username: 'u', password: 'p' });
    await expect(authorizer.header('r.io', PULL)).resolves.toBeUndefined();
    expect(asked).toEqual([]);
  });

  it('gives the password to a host that wants it, and to no other', async () => {
    const { authorizer, asked } = setUp({ username: 'u', password: 'p' });
    await expect(authorizer.renew('r.io', 'Basic realm="x"', PULL, undefined)).resolves.toBe('Basic dTpw');
    await expect(authorizer.header('r.io', ['other'])).resolves.toBe('Basic dTpw');
    await expect(authorizer.header('r.io:8080', PULL)).resolves.toBeUndefined();
    expect(asked).toEqual(['r.io']);
  });

  it('has nothing better after a refusal of the password', async () => {
    const { authorizer } = setUp({ username: 'u', password: 'p' });
    await expect(authorizer.renew('r.io', 'Basic', PULL, 'Basic dTpw')).resolves.toBeUndefined();
  });

  it('shares one token between requests side by side, per set of scopes', async () => {
    const { authorizer, sent } = setUp();
    authorizer.learn('r.io', CHALLENGE);
    const headers = await Promise.all([
      authorizer.header('r.io', PULL),
      authorizer.header('r.io', PULL),
      authorizer.header('r.io', ['repository:b:pull']),
    ]);
    expect(headers).toEqual(['Bearer T1', 'Bearer T1', 'Bearer T2']);
    expect(sent).toHaveLength(2);
  });

  it('does not show one host the token of another with the same realm', async () => {
    const { authorizer, sent } = setUp();
    authorizer.learn('r.io', CHALLENGE);
    authorizer.learn('s.io', CHALLENGE);
    await authorizer.header('r.io', PULL);
    await expect(authorizer.header('s.io', PULL)).resolves.toBe('Bearer T2');
    expect(sent).toHaveLength(2);
  });

  it('makes a new token when the old one nears its end, once', async () => {
    const { authorizer, sent, clock } = setUp();
    authorizer.learn('r.io', CHALLENGE);
    await authorizer.header('r.io', PULL);
    clock.now = 89_999;
    await expect(authorizer.header('r.io', PULL)).resolves.toBe('Bearer T1');
    clock.now = 90_000;
    const headers = await Promise.all([authorizer.header('r.io', PULL), authorizer.header('r.io', PULL)]);
    expect(headers).toEqual(['Bearer T2', 'Bearer T2']);
    expect(sent).toHaveLength(2);
  });

  it('drops a token that was refused, not one that another request renewed', async () => {
    const { authorizer, sent } = setUp();
    authorizer.learn('r.io', CHALLENGE);
    const used = await authorizer.header('r.io', PULL);
    await expect(authorizer.renew('r.io', CHALLENGE, PULL, used)).resolves.toBe('Bearer T2');
    await expect(authorizer.renew('r.io', CHALLENGE, PULL, used)).resolves.toBe('Bearer T2');
    expect(sent).toHaveLength(2);
  });

  it('asks for the scope of the challenge beside its own', async () => {
    const { authorizer, sent } = setUp();
    await authorizer.renew(
      'r.io',
      `${CHALLENGE},scope="repository:a:delete repository:a:pull"`,
      PULL,
      undefined,
    );
    expect(new URL(sent[0]!.url).searchParams.getAll('scope')).toEqual([
      'repository:a:pull',
      'repository:a:delete',
    ]);
  });

  it('forgets a failure to get a token', async () => {
    const { authorizer, answer } = setUp();
    authorizer.learn('r.io', CHALLENGE);
    answer.status = 503;
    await expect(authorizer.header('r.io', PULL)).rejects.toMatchObject({ temporary: true });
    answer.status = 200;
    await expect(authorizer.header('r.io', PULL)).resolves.toBe('Bearer T2');
  });

  it('sends a registry token as it is', async () => {
    const { authorizer, sent } = setUp({ registryToken: 'R' });
    authorizer.learn('r.io', CHALLENGE);
    await expect(authorizer.header('r.io', PULL)).resolves.toBe('Bearer R');
    expect(sent).toEqual([]);
  });

  it.each([
    ['http://auth.io/token', 'http://auth.io'],
    ['/token', 'no URL'],
    ['ftp://auth.io/token', 'ftp://auth.io'],
  ])('sends no login to %s', async (realm, found) => {
    const { authorizer, sent } = setUp({ username: 'u', password: 'p' });
    authorizer.learn('r.io', `Bearer realm="${realm}"`);
    await expect(authorizer.header('r.io', PULL)).rejects.toMatchObject({ reason: 'credentials', found });
    expect(sent).toEqual([]);
  });

  it('may send one over loopback', async () => {
    const { authorizer } = setUp({ username: 'u', password: 'p' });
    authorizer.learn('localhost:5000', 'Bearer realm="http://localhost:5000/token"');
    await expect(authorizer.header('localhost:5000', PULL)).resolves.toBe('Bearer T1');
  });

  it('refuses a token where a password is wanted', async () => {
    const { authorizer } = setUp({ identityToken: 'hush' });
    authorizer.learn('r.io', 'Basic');
    await expect(authorizer.header('r.io', PULL)).rejects.toMatchObject({
      reason: 'credentials',
      message: 'r.io wants a user and a password, and the stored login is a token.',
    });
  });

  it('refuses contradictory credentials before anything is sent', async () => {
    const { authorizer, sent } = setUp({ username: 'u', password: 'p', identityToken: 'i' });
    authorizer.learn('r.io', CHALLENGE);
    await expect(authorizer.header('r.io', PULL)).rejects.toMatchObject({ reason: 'credentials' });
    expect(sent).toEqual([]);
  });

  it('asks a broken source once and says what broke', async () => {
    const { authorizer, asked } = setUp(new Error('helper is missing'));
    authorizer.learn('r.io', CHALLENGE);
    for (const _ of [1, 2]) {
      await expect(authorizer.header('r.io', PULL)).rejects.toMatchObject({
        reason: 'credentials',
        message: expect.stringContaining('helper is missing'),
      });
    }
    expect(asked).toEqual(['r.io']);
  });
});
