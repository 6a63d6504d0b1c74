import { parseChallenge } from './challenge';

const bearer = (realm: string, service?: string, scopes: string[] = []): object => ({
  scheme: 'bearer',
  realm,
  service,
  scopes,
});

describe('parseChallenge', () => {
  it.each([
    [
      'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
      bearer('https://auth.docker.io/token', 'registry.docker.io', ['repository:a/b:pull,push']),
    ],
    ['bearer REALM=https://a/t', bearer('https://a/t')],
    ['Bearer realm="https://a/t" , scope="x y"', bearer('https://a/t', undefined, ['x', 'y'])],
    ['Bearer realm="https://a/\\"t"', bearer('https://a/"t')],
    ['Bearer realm="https://first",realm="https://second"', bearer('https://first')],
    ['Basic realm="registry"', { scheme: 'basic' }],
    ['Basic', { scheme: 'basic' }],
    ['Basic realm="x", Bearer realm="https://a/t",error="insufficient_scope"', bearer('https://a/t')],
    ['Bearer realm="https://a/t", Basic realm="x"', bearer('https://a/t')],
    ['Digest realm="x", nonce="y", Basic realm="z"', { scheme: 'basic' }],
  ])('reads %s', (header, challenge) => {
    expect(parseChallenge(header)).toEqual(challenge);
  });

  it.each([
    null,
    '',
    'Negotiate',
    'Negotiate YWJj==',
    'Bearer service="no realm"',
    'realm="no scheme"',
    '"',
    ',,,',
  ])('finds nothing to take in %s', (header) => {
    expect(parseChallenge(header)).toBeUndefined();
  });

  it('does not take long over a long header', () => {
    const started = performance.now();
    parseChallenge(`Bearer ${'a="b\\'.repeat(4000)}`);
    parseChallenge('a'.repeat(16_000));
    parseChallenge(`Bearer ${'a ='.repeat(5000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
