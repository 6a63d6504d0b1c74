import { LESSER_ENGINE, planOf, type PlanInput } from '../../test/fakes/facts';

const refs = (input: PlanInput): string[] => {
  const environment = { NX_DOCKER_CACHE_REGISTRY: 'layers.cluster.local:5000' };
  return planOf({ environment, ...input }).cache.to.map(({ ref }) => ref);
};
const BRANCH = { source: { branch: 'fix' } };

describe('a registry for layers that the environment names', () => {
  it('gets the cache, by scope, and images stay where they are', () => {
    const plan = planOf({ environment: { NX_DOCKER_CACHE_REGISTRY: 'http://layers.test/' }, ...BRANCH });
    expect(plan.image).toBe('reg.test/acme/api');
    expect(plan.cache.kind).toBe('registry');
    expect(plan.cache.from.map(({ ref }) => ref)).toEqual([
      'layers.test/acme/api:fix',
      'layers.test/acme/api:main',
    ]);
    expect(plan.cache.to.map(({ ref }) => ref)).toEqual(['layers.test/acme/api:fix']);
  });

  it('is enough for a registry cache where images have no registry', () => {
    expect(refs({ options: { registry: undefined } })).toEqual(['layers.cluster.local:5000/api:main']);
  });

  it('keeps what the options say of the cache', () => {
    expect(refs({ options: { cache: { repository: 'r.test/c' } } })).toEqual(['r.test/c:cache-main']);
    expect(refs({ options: { cache: { tag: 'x-{scope}' } } })).toEqual([
      'layers.cluster.local:5000/acme/api:x-main',
    ]);
    expect(refs({ options: { cache: 'gha' } })).toEqual([expect.not.stringContaining('layers')]);
  });

  it('counts for nothing where it is empty, or where the engine cannot write to it', () => {
    const empty = { environment: { NX_DOCKER_CACHE_REGISTRY: ' ' } };
    expect(refs(empty)).toEqual(['reg.test/acme/api:cache-main']);
    expect(refs({ engine: LESSER_ENGINE })).toEqual(['reg.test/acme/api:cache-main']);
  });

  it('gets nothing of a fork', () => {
    expect(refs({ source: { pullRequest: '7', baseBranch: 'main', fork: true } })).toEqual([]);
  });
});
