import fc from 'fast-check';
import { RegistryError } from './error';
import {
  formatReference,
  isHost,
  isRepository,
  isTag,
  parseDigestReference,
  parseReference,
  parseRepository,
} from './ref';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const DIGEST_512 = `sha512:${'b'.repeat(128)}`;

describe('parseReference', () => {
  it.each([
    ['alpine', 'docker.io', 'library/alpine', undefined, undefined],
    ['alpine:3.19', 'docker.io', 'library/alpine', '3.19', undefined],
    ['acme/api', 'docker.io', 'acme/api', undefined, undefined],
    ['docker.io/alpine', 'docker.io', 'library/alpine', undefined, undefined],
    ['index.docker.io/acme/api:1', 'docker.io', 'acme/api', '1', undefined],
    ['ghcr.io/acme/api:main', 'ghcr.io', 'acme/api', 'main', undefined],
    ['localhost/api', 'localhost', 'api', undefined, undefined],
    ['localhost:5000/api:v1', 'localhost:5000', 'api', 'v1', undefined],
    // Without a slash there is no host: docker reads this as a tag.
    ['localhost:5000', 'docker.io', 'library/localhost', '5000', undefined],
    ['127.0.0.1:5000/a/b/c:t', '127.0.0.1:5000', 'a/b/c', 't', undefined],
    ['[::1]:5000/api', '[::1]:5000', 'api', undefined, undefined],
    ['REGISTRY/api', 'REGISTRY', 'api', undefined, undefined],
    [`api@${DIGEST}`, 'docker.io', 'library/api', undefined, DIGEST],
    [`ghcr.io/acme/api:main@${DIGEST}`, 'ghcr.io', 'acme/api', 'main', DIGEST],
    [`ghcr.io/acme/api@${DIGEST_512}`, 'ghcr.io', 'acme/api', undefined, DIGEST_512],
    ['r.io/a__b/c.d-e/f--g', 'r.io', 'a__b/c.d-e/f--g', undefined, undefined],
  ])('reads %s', (text, host, repository, tag, digest) => {
    expect(parseReference(text)).toEqual({ host, repository, tag, digest });
  });

  it.each([
    ['', 'a repository of lower-case letters'],
    ['ghcr.io/', 'a repository of lower-case letters'],
    ['ghcr.io/Acme/api', 'found “Acme/api”'],
    ['Alpine', 'found “library/Alpine”'],
    ['ghcr.io/acme//api', 'found “acme//api”'],
    ['ghcr.io/acme/api/', 'found “acme/api/”'],
    ['ghcr.io/acme_-api', 'found “acme_-api”'],
    [`ghcr.io/${'a'.repeat(256)}`, 'at most 255 long'],
    ['api:', 'expected a tag'],
    ['api:.v1', 'found “.v1”'],
    [`api:${'t'.repeat(129)}`, 'at most 128 long'],
    ['api@sha256:abc', 'expected a digest'],
    [`api@${DIGEST.toUpperCase()}`, 'expected a digest'],
    ['api@md5:d41d8cd98f00b204e9800998ecf8427e', 'expected a digest'],
    ['-bad.host/api', 'expected a host'],
    ['host.io:port/api', 'expected a host'],
    ['https://ghcr.io/acme/api', 'expected a host'],
    ['user@ghcr.io/api', 'expected a digest'],
    ['ghcr.io/a b', 'found “a b”'],
    ['ghcr.io/../api', 'found “../api”'],
    ['ghcr.io/api?x=1', 'found “api?x=1”'],
    ['ghcr.io/api\nx', 'expected a repository'],
  ])('refuses %j', (text, message) => {
    expect(() => parseReference(text)).toThrow(RegistryError);
    expect(() => parseReference(text)).toThrow(
      expect.objectContaining({
        reason: 'invalid-reference',
        message: expect.stringContaining(message),
      }) as Error,
    );
  });

  it('reads back what it wrote', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const ref = fc.record({
      host: fc.constantFrom('ghcr.io', 'localhost:5000', '10.0.0.1:80', '[::1]:5000', 'docker.io'),
      repository: fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('/')),
      tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
      digest: fc.constantFrom(undefined, DIGEST, DIGEST_512),
    });
    fc.assert(fc.property(ref, (value) => expect(parseReference(formatReference(value))).toEqual(value)));
  });

  it('never takes what would leave its place in a URL', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        let ref;
        try {
          ref = parseReference(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
          return;
        }
        const url = new URL(`https://${ref.host}/v2/${ref.repository}/manifests/${ref.tag ?? 'latest'}`);
        expect(url.pathname).toBe(`/v2/${ref.repository}/manifests/${ref.tag ?? 'latest'}`);
      }),
    );
  });
});

describe('its narrower kin', () => {
  it('takes a repository alone', () => {
    expect(parseRepository('ghcr.io/acme/api')).toEqual({ host: 'ghcr.io', repository: 'acme/api' });
    expect(() => parseRepository('ghcr.io/acme/api:v1')).toThrow(
      'expected a repository without tag and digest',
    );
    expect(() => parseRepository(`ghcr.io/acme/api@${DIGEST}`)).toThrow('without tag and digest');
  });

  it('takes a digest only', () => {
    expect(parseDigestReference(`api@${DIGEST}`).digest).toBe(DIGEST);
    expect(() => parseDigestReference('api:v1')).toThrow(
      'expected a digest, as in image@sha256:…, found “v1”',
    );
    expect(() => parseDigestReference('api')).toThrow('found “none”');
  });

  it('checks parts', () => {
    expect([isHost('ghcr.io:443'), isHost('ghcr.io/'), isHost('')]).toEqual([true, false, false]);
    expect([isRepository('a/b'), isRepository('A'), isRepository('a/')]).toEqual([true, false, false]);
    expect([isTag('v1.2-3'), isTag('-v'), isTag('a/b')]).toEqual([true, false, false]);
  });
});
