import fc from 'fast-check';
import {
  checkImage,
  checkProjectName,
  checkRegistry,
  checkTag,
  hasHost,
  imageComponent,
  ownNamesValid,
  projectFolder,
} from './names';

const COMPONENT = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;

describe('project names', () => {
  it.each(['api', '@acme/api', 'Größe', 'a.b_c~d', 'group:api', '@a/b/c', '日本'])('may be %s', (name) => {
    expect(() => checkProjectName(name)).not.toThrow();
  });

  it.each([
    '',
    '../x',
    'a/../b',
    'a//b',
    '/a',
    'a/',
    '.',
    '..',
    '.a',
    '-rf',
    'a b',
    '$(x)',
    '`x`',
    'a;b',
    'a|b',
    'a\nb',
    'a\0b',
    '"a"',
    "a'",
    'a\\b',
    'a*',
    'a&b',
    '@/..',
  ])('may not be %j', (name) => {
    expect(() => checkProjectName(name)).toThrow(
      expect.objectContaining({ code: 'INVALID_PROJECT_NAME', found: JSON.stringify(name) }),
    );
  });

  it.each([
    ['ghcr.io/acme/@acme/api', 'ghcr.io/acme/acme/api'],
    ['@acme/api-dev', 'acme/api-dev'],
    ['ghcr.io/packages/@acme/api', `ghcr.io/${imageComponent('packages/@acme/api')}`],
    ['ref=ghcr.io/x:api', 'ref=ghcr.io/x:api'],
  ])('are made valid where Nx has put them into %s', (written, valid) => {
    expect(ownNamesValid(written, { name: '@acme/api', root: 'packages/@acme/api' })).toBe(valid);
  });

  it('stay where they may be meant', () => {
    expect(ownNamesValid('reg.test/API:API-1', { name: 'API', root: '.' })).toBe('reg.test/API:API-1');
  });

  it('give a valid component of an image each, and two never the same', () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9@][a-zA-Z0-9@._~:+-]{0,20}(\/[a-zA-Z0-9_]{1,10})?$/);
    fc.assert(
      fc.property(name, name, (one, two) => {
        const [left, right] = [imageComponent(one), imageComponent(two)];
        left.split('/').forEach((part) => expect(part).toMatch(COMPONENT));
        if (one.replace(/^@/, '') !== two.replace(/^@/, '')) expect(left).not.toBe(right);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    ['@acme/api', 'acme/api'],
    ['api', 'api'],
    ['API', /^api-[0-9a-f]{8}$/],
    ['日本', /^project-[0-9a-f]{8}$/],
  ])('%s becomes an image', (name, image) => {
    expect(imageComponent(name)).toEqual(typeof image === 'string' ? image : expect.stringMatching(image));
  });

  it('become folders that stay below theirs', () => {
    expect(projectFolder('@acme/api')).toBe('@acme/api');
    expect(projectFolder('Größe')).toMatch(/^gr-e-[0-9a-f]{8}$/);
    expect(projectFolder('a:b')).not.toBe(projectFolder('a-b'));
  });
});

describe('references', () => {
  it.each([
    'ghcr.io/acme/api',
    'localhost/api',
    'localhost:5000/a/b',
    '127.0.0.1:5000/a',
    '[::1]:5000/a',
    'host:80/a',
    'api',
    'acme/api',
  ])('image %s is valid', (image) => {
    expect(checkImage(image, 'image')).toBe(image);
  });

  it.each([
    'API',
    'api:1',
    'a b',
    'ghcr.io/',
    '',
    'a//b',
    'a/-b',
    'ghcr.io/a@sha256:00',
    `r.test/${'a'.repeat(300)}`,
  ])('image %j is not', (image) => {
    expect(() => checkImage(image, 'image')).toThrow(
      expect.objectContaining({ code: 'INVALID_REFERENCE', found: image }),
    );
  });

  it.each([
    ['ghcr.io/a', true],
    ['acme/api', false],
    ['localhost/a', true],
    ['a:5000/b', true],
    ['a', false],
  ])('%s has a host: %s', (image, expected) => {
    expect(hasHost(image)).toBe(expected);
  });

  it.each(['ghcr.io', 'ghcr.io/acme', 'localhost:5000', '10.0.0.1:5000/a/b'])(
    'registry %s is valid',
    (registry) => {
      expect(checkRegistry(registry)).toBe(registry);
    },
  );

  it.each(['acme', 'ghcr.io/Acme', 'ghcr.io/', 'http://x', 'a b', ''])('registry %j is not', (registry) => {
    expect(() => checkRegistry(registry)).toThrow(expect.objectContaining({ code: 'INVALID_REFERENCE' }));
  });

  it.each([
    ['ghcr.io/Acme', /^What follows the host is lower-case/],
    ['acme/x', /^A host needs a dot/],
  ])('tells what is wrong with the registry %s: its host, or what follows', (registry, hint) => {
    expect(() => checkRegistry(registry)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(hint) }),
    );
  });

  it.each(['1.0', 'latest', '_x', 'A-b_c.d', 'a'.repeat(128)])('tag %s is valid', (tag) => {
    expect(checkTag(tag, 'tags')).toBe(tag);
  });

  it.each(['', '-a', '.a', 'a/b', 'a+b', 'a'.repeat(129)])('tag %j is not', (tag) => {
    expect(() => checkTag(tag, 'tags')).toThrow(expect.objectContaining({ code: 'INVALID_REFERENCE' }));
  });
});
