import { proxyFor, proxyHeaders } from './fetch-proxy';

const PROXY = 'http://proxy.example:3128';
const proxied = (url: string, env: Record<string, string>): string | undefined =>
  proxyFor(new URL(url), env)?.href;

describe('proxyFor', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['https://ghcr.io', { HTTPS_PROXY: PROXY }, true],
    ['https://ghcr.io', { https_proxy: PROXY }, true],
    ['https://ghcr.io', { HTTPS_PROXY: 'proxy.example:3128' }, true],
    ['https://ghcr.io', { HTTP_PROXY: PROXY }, false],
    ['http://r.corp', { HTTP_PROXY: PROXY }, true],
    ['https://ghcr.io', { HTTPS_PROXY: '' }, false],
    ['http://localhost:5000', { HTTP_PROXY: PROXY }, false],
    ['https://127.0.0.1:5000', { HTTPS_PROXY: PROXY }, false],
    ['http://[::1]:5000', { HTTP_PROXY: PROXY }, false],
  ])('%s with %j', (url, env, expected) => {
    expect(proxied(url, env)).toBe(expected ? `${PROXY}/` : undefined);
  });

  it.each([
    ['https://ghcr.io', 'ghcr.io', false],
    ['https://pkg.ghcr.io', 'ghcr.io', false],
    ['https://notghcr.io', 'ghcr.io', true],
    ['https://ghcr.io', '.ghcr.io', true],
    ['https://pkg.ghcr.io', '.ghcr.io', false],
    ['https://pkg.ghcr.io', '*.ghcr.io', false],
    ['https://GHCR.io', 'other, ghcr.io', false],
    ['https://ghcr.io', 'ghcr.io:443', false],
    ['https://ghcr.io', 'ghcr.io:8443', true],
    ['https://ghcr.io', '*', false],
    ['https://ghcr.io', '', true],
    ['https://10.1.2.3', '10.1.2.3', false],
    ['https://10.1.2.3', '10.0.0.0/8', false],
    ['https://11.1.2.3', '10.0.0.0/8', true],
    ['https://110.1.2.3', '10.1.2.3', true],
    ['https://[fd00::1]', 'fd00::/8', false],
    ['https://[fd00::1]', 'fd00::1', false],
    ['https://10.1.2.3', '10.0.0.0/99', true],
    ['https://ghcr.io', '10.0.0.0/8', true],
  ])('%s with NO_PROXY=%s', (url, list, expected) => {
    for (const name of ['NO_PROXY', 'no_proxy']) {
      expect(proxied(url, { HTTPS_PROXY: PROXY, [name]: list }) !== undefined).toBe(expected);
    }
  });

  it.each(['socks5://user:hush@proxy:1080', 'http://hush:hush@:99999'])(
    'refuses %s without repeating it',
    (value) => {
      const find = (): unknown => proxied('https://ghcr.io', { HTTPS_PROXY: value });
      expect(find).toThrow(expect.objectContaining({ code: 'INVALID_CONFIG' }) as Error);
      expect(find).not.toThrow('hush');
    },
  );
});

it('gives the proxy the login in its URL', () => {
  expect(proxyHeaders(new URL(PROXY))).toEqual({});
  expect(proxyHeaders(new URL('http://us%40er:p%3Aw@proxy'))).toEqual({
    'proxy-authorization': `Basic ${Buffer.from('us@er:p:w').toString('base64')}`,
  });
});
