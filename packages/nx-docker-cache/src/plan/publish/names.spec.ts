import fc from 'fast-check';
import { isKept } from '../kept-tags';
import { branchTag, isVersionLike, tagText } from './names';

const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;

it.each([
  ['main', 'main'],
  ['develop', 'develop'],
  ['feature/login', expect.stringMatching(/^feature-login-[0-9a-f]{8}$/)],
  ['latest', expect.stringMatching(/^branch-latest-[0-9a-f]{8}$/)],
  ['v1.2.3', expect.stringMatching(/^branch-v1\.2\.3-[0-9a-f]{8}$/)],
  ['1.x', expect.stringMatching(/^branch-1\.x-[0-9a-f]{8}$/)],
  ['pr-7', expect.stringMatching(/^branch-pr-7-[0-9a-f]{8}$/)],
  ['cache-main', expect.stringMatching(/^branch-cache-main-[0-9a-f]{8}$/)],
  ['key-t-0', expect.stringMatching(/^branch-key-t-0-[0-9a-f]{8}$/)],
  ['times--docker-build', expect.stringMatching(/^branch-times-docker-build-[0-9a-f]{8}$/)],
  ['times-square', 'times-square'],
  ['c0ffee0', expect.stringMatching(/^branch-c0ffee0-[0-9a-f]{8}$/)],
  ['builder-latest', expect.stringMatching(/^branch-builder-latest-[0-9a-f]{8}$/)],
  ['release-1.2.3', expect.stringMatching(/^branch-release-1\.2\.3-[0-9a-f]{8}$/)],
  ['release-1.2', 'release-1.2'],
  ['builder-c0ffee0', expect.stringMatching(/^branch-/)],
])('branch %s has the tag %s', (branch, tag) => {
  expect(branchTag(branch)).toEqual(tag);
});

it('gives each branch a valid tag of its own that is nobody else’s', () => {
  const names = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('latest', 'Latest', '1.2', 'pr-1', 'a/b', 'a-b'),
  );
  fc.assert(
    fc.property(names, names, (one, other) => {
      const tag = branchTag(one);
      expect(tag).toMatch(TAG);
      expect([isKept(tag), isVersionLike(tag), tag === 'latest', /^pr-/.test(tag)]).toEqual([
        false,
        false,
        false,
        false,
      ]);
      expect(one === other).toBe(tag === branchTag(other));
    }),
  );
});

it('leaves valid texts as they are and hashes others', () => {
  expect(tagText('v1.0.0-RC1')).toBe('v1.0.0-RC1');
  expect(tagText('1.0.0+build')).toMatch(/^1\.0\.0-build-[0-9a-f]{8}$/);
});
