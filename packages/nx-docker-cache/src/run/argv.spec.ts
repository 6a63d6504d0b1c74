import { planOf } from '../../test/fakes/facts';
import { argvStoring, argvWith } from './argv';

describe('argvWith', () => {
  const plan = planOf({ source: { branch: 'topic' } });

  it('keeps all of the plan where all is used', () => {
    expect(argvWith(plan, plan.cache.from, plan.cache.to)).toEqual(plan.argv);
  });

  it('drops what is not used, flag and value', () => {
    const argv = argvWith(plan, plan.cache.from.slice(1), []);
    expect(argv.filter((word) => word === '--cache-from')).toHaveLength(1);
    expect(argv).not.toContain('--cache-to');
    expect(argv).toContain('type=registry,ref=reg.test/acme/api:cache-main');
    expect(argv.at(-1)).toBe(plan.argv.at(-1));
  });
});

describe('argvStoring', () => {
  it('has the image stored', () => {
    const argv = argvStoring(planOf({ options: { tags: ['a', 'b'] } }).argv);
    expect(argv).toContain('type=image,"name=reg.test/acme/api:a,reg.test/acme/api:b",push=true');
    expect(argv?.join(' ')).not.toContain('store=false');
  });

  it('has nothing to do where it is stored', () => {
    expect(argvStoring(planOf({ source: { ci: false } }).argv)).toBeUndefined();
  });
});
