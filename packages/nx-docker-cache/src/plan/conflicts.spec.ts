import { engineOf, planOf, type PlanInput } from '../../test/fakes/facts';
import { checkConflicts, type Writes } from './conflicts';

/** One that writes caches of all kinds. */
const ENGINE = engineOf({ cacheExporters: ['registry', 'local', 'inline', 'gha', 's3', 'azblob'] });

const writes = (project: string, options: Record<string, unknown> = {}, input: PlanInput = {}): Writes => {
  const { cache, tags, loadTags } = planOf({ name: project, engine: ENGINE, ...input, options });
  return { project, caches: cache.to, pushes: tags, loads: loadTags };
};
const check =
  (...builds: readonly Writes[]) =>
  () =>
    checkConflicts(builds);

describe('several builds of a run', () => {
  it.each<[string, Record<string, unknown>]>([
    ['images of their own', {}],
    ['caches in one repository, with tags of their own', cached({ tag: '{projectName}-{scope}' })],
    ['folders of their own', { cache: 'local' }],
    ['no cache at all', { cache: 'none' }],
    ['buckets of their own', cached({ to: 'type=s3,bucket={projectName},name=cache' })],
    ['caches inside their images', cached({ kind: 'inline', to: 'type=inline' })],
  ])('may have %s', (_, options) => {
    expect(check(writes('api', options), writes('web', options))).not.toThrow();
  });

  it('may not write one cache', () => {
    const options = { cache: { repository: 'reg.test/acme/caches' } };
    expect(check(writes('api', options), writes('db'), writes('web', options))).toThrow(
      expect.objectContaining({
        code: 'CONFLICTING_PLAN',
        message: 'api and web would write one cache, and nothing was built',
        found: 'reg.test/acme/caches:cache-main',
        hint: expect.stringContaining('{projectName}'),
      }),
    );
  });

  it.each([
    ['a folder', 'type=local,dest=/cache', '/cache'],
    ['a bucket', 'type=s3,bucket=b,name=c', 'c'],
    ['a reference', 'reg.test/all:cache', 'reg.test/all:cache'],
  ])('may not write %s that the options name', (_, to, found) => {
    const options = { cache: { to } };
    expect(check(writes('api', options), writes('web', options))).toThrow(expect.objectContaining({ found }));
  });

  it('may not write the cache of another, however it is named', () => {
    const web = writes('web', { cache: { to: 'type=registry,ref=reg.test/acme/api:cache-main,mode=min' } });
    expect(check(writes('api'), web)).toThrow(
      expect.objectContaining({ found: 'reg.test/acme/api:cache-main' }),
    );
  });

  it('may not push one image and tag', () => {
    const options = { image: 'shop' };
    expect(check(writes('api', options), writes('web', options))).toThrow(
      expect.objectContaining({
        code: 'CONFLICTING_PLAN',
        message: 'api and web would push one image and tag, and nothing was built',
        found: 'reg.test/acme/shop:0123456',
      }),
    );
    const tagged = { ...options, cache: 'none', tags: '{projectName}-{shortSha}' };
    expect(check(writes('api', tagged), writes('web', tagged))).not.toThrow();
  });

  it('may not keep a cache where an image is pushed, their own or another’s', () => {
    const options = { tags: '{branch}', cache: { tag: '{scope}' } };
    const shared = { cache: { tag: '{branch}', repository: 'reg.test/acme/web' } };
    const found = 'reg.test/acme/web:main';
    expect(() => writes('web', options)).toThrow(
      expect.objectContaining({
        ...{ code: 'CONFLICTING_PLAN', found },
        message: expect.stringMatching(/^the cache and the image of web would/),
      }),
    );
    expect(check(writes('api', shared), writes('web', { tags: '{branch}' }))).toThrow(
      expect.objectContaining({
        found,
        message: expect.stringMatching(/^a cache and an image of api and web/),
      }),
    );
    expect(check(writes('web', { tags: '{branch}' }), writes('api', shared))).toThrow(
      expect.objectContaining({ found }),
    );
  });

  it('write nothing where they may not', () => {
    const fork: PlanInput = { source: { branch: 'x', pullRequest: '7', baseBranch: 'main', fork: true } };
    const options = { image: 'shop' };
    expect(check(writes('api', options, fork), writes('web', options, fork))).not.toThrow();
  });

  it('may be of one project that is named twice', () => {
    expect(check(writes('api'), writes('api'))).not.toThrow();
  });
});

function cached(cache: Record<string, unknown>): Record<string, unknown> {
  return { cache };
}
