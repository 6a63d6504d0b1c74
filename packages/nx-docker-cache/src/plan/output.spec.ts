import { engineOf, planOf } from '../../test/fakes/facts';

const LAPTOP = { ci: false } as const;
const FORK = { pullRequest: '7', fork: true } as const;

describe('where the image goes', () => {
  it.each([
    ['a laptop', LAPTOP, {}, { load: true, push: false }],
    ['a laptop without a registry', LAPTOP, { registry: undefined }, { load: true, push: false }],
    ['CI', {}, {}, { load: false, push: true }],
    ['CI without a registry', {}, { registry: undefined }, { load: true, push: false }],
    ['CI, load', {}, { load: true }, { load: true, push: false }],
    ['a laptop, push', LAPTOP, { push: true }, { load: false, push: true }],
    ['both', LAPTOP, { push: true, load: true }, { load: true, push: true }],
    ['neither', LAPTOP, { push: false, load: false }, { load: false, push: false }],
    ['CI, no push', {}, { push: false }, { load: true, push: false }],
    [
      'two platforms on a laptop',
      LAPTOP,
      { platforms: ['linux/amd64', 'linux/arm64'] },
      { load: false, push: false },
    ],
    ['a fork', FORK, {}, { load: false, push: false }],
    ['a fork, push', FORK, { push: true }, { load: false, push: false }],
    ['a fork, load', FORK, { load: true }, { load: true, push: false }],
  ])('%s', (_, source, options, output) => {
    const plan = planOf({ source, options });
    expect(plan.output).toMatchObject(output);
    expect(plan.tags.length > 0).toBe(output.push);
    expect(plan.loadTags.length > 0).toBe(output.load);
  });

  it('says that a fork pushes nothing, though it was asked to', () => {
    expect(planOf({ source: FORK, options: { push: true } }).warnings).toEqual([
      expect.objectContaining({ code: 'PUSH_REFUSED' }),
    ]);
  });

  it('refuses a push to nowhere', () => {
    expect(() => planOf({ options: { registry: undefined, push: true } })).toThrow(
      expect.objectContaining({ code: 'NO_REGISTRY' }),
    );
  });

  it('takes an image with a host for a registry', () => {
    const plan = planOf({ options: { registry: undefined, image: 'ghcr.io/acme/api' } });
    expect(plan).toMatchObject({ image: 'ghcr.io/acme/api', output: { push: true } });
  });

  it('tags by the commit where it is pushed, as dev where it is loaded, and as it is told', () => {
    expect(planOf().tags).toEqual(['reg.test/acme/api:0123456']);
    expect(planOf({ source: LAPTOP }).loadTags).toEqual(['reg.test/acme/api:dev']);
    expect(planOf({ options: { tags: ['{branch}', 'main', 'x'] } }).tags).toEqual([
      'reg.test/acme/api:main',
      'reg.test/acme/api:x',
    ]);
  });

  it('is not an engine where there is none beside the builder', () => {
    const engine = engineOf({ builder: 'pool', driver: 'kubernetes', loads: false });
    expect(() => planOf({ engine, source: LAPTOP })).toThrow(
      expect.objectContaining({ code: 'NO_DAEMON', message: expect.stringContaining('builder pool') }),
    );
    expect(planOf({ engine }).output).toMatchObject({ push: true, load: false });
  });
});
