import fc from 'fast-check';
import { shortHash, slug } from './slug';

const HASHED = /-[0-9a-f]{8}$/;

describe('slug', () => {
  it.each(['main', 'release-2.x', 'feature_1', 'a', '1'])('leaves %s as it is', (name) => {
    expect(slug(name, 100)).toBe(name);
  });

  it.each([
    ['feature/x', /^feature-x-[0-9a-f]{8}$/],
    ['Feature/X', /^feature-x-[0-9a-f]{8}$/],
    ['a--b', /^a-b-[0-9a-f]{8}$/],
    ['-a', /^a-[0-9a-f]{8}$/],
    ['a.', /^a-[0-9a-f]{8}$/],
    ['🚀', /^x-[0-9a-f]{8}$/],
    ['', /^x-[0-9a-f]{8}$/],
    ['main-deadbeef', /^main-deadbeef-[0-9a-f]{8}$/],
  ])('hashes %j', (name, expected) => {
    expect(slug(name, 100)).toMatch(expected);
  });

  it('hashes a reserved prefix', () => {
    expect(slug('pr-42', 100)).toBe('pr-42');
    expect(slug('pr-42', 100, ['pr-'])).toMatch(/^pr-42-[0-9a-f]{8}$/);
  });

  it('never gives the same for two names, and always a part of a tag within its length', () => {
    const name = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[a-zA-Z0-9/._-]{1,40}$/),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(name, name, fc.integer({ min: 12, max: 100 }), (one, two, max) => {
        const [left, right] = [slug(one, max), slug(two, max)];
        expect(left).toMatch(/^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/);
        expect(left).not.toContain('--');
        expect(left.length).toBeLessThanOrEqual(max);
        if (one !== two) expect(left).not.toBe(right);
      }),
      { numRuns: 2_000 },
    );
  });

  it('cannot be chosen to be the slug of another name', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const taken = slug(name, 60);
        if (taken !== name) expect(slug(taken, 60)).not.toBe(taken);
        if (taken !== name) expect(taken).toMatch(HASHED);
      }),
    );
  });

  it('has hashes of eight digits', () => {
    expect(shortHash('a')).toBe('ca978112');
  });
});
