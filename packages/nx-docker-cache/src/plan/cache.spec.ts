import { engineOf, LESSER_ENGINE, planOf, type PlanInput } from '../../test/fakes/facts';
import { csv } from './cache-entries';

/** A builder in a container. */
const CONTAINER = engineOf({
  driver: 'docker-container',
  cacheExporters: ['registry', 'local', 'inline', 'gha', 's3', 'azblob'],
});

const refs = (entries: readonly { ref: string }[]): string[] => entries.map(({ ref }) => ref);

describe('the kind of cache', () => {
  it('is registry where one is known, else local', () => {
    expect(planOf().cache).toMatchObject({ kind: 'registry', reason: 'a registry is known' });
    expect(planOf({ options: { registry: undefined } }).cache).toMatchObject({
      kind: 'local',
      reason: 'no registry is set',
    });
    expect(planOf({ options: { registry: undefined, cache: { repository: 'r.test/c' } } }).cache.kind).toBe(
      'registry',
    );
  });

  it('is what the options say', () => {
    for (const kind of ['registry', 'local', 'inline', 'gha', 'none']) {
      expect(planOf({ options: { cache: kind } }).cache).toMatchObject({
        kind,
        reason: 'set by the options',
      });
    }
  });

  it('falls back to inline, and to none without a registry, with a warning that says how to get more', () => {
    const warning = expect.objectContaining({
      code: 'CACHE_EXPORTER',
      hint: expect.stringContaining('containerd-snapshotter'),
    });
    const inline = planOf({ engine: LESSER_ENGINE });
    expect(inline).toMatchObject({ cache: { kind: 'inline' }, warnings: [warning] });
    const none = planOf({ engine: LESSER_ENGINE, options: { registry: undefined } });
    expect(none).toMatchObject({ cache: { kind: 'none', from: [], to: [] }, warnings: [warning] });
    expect(planOf({ engine: LESSER_ENGINE, options: { cache: 'none' } }).warnings).toEqual([]);
  });

  describe('where the registry once refused cache manifests', () => {
    const refusal = 'reg.test/acme/api:no-cache-manifests';

    it('is inline, with the reason', () => {
      expect(planOf().cache.refusal).toBe(refusal);
      const { cache, warnings } = planOf({ refused: true });
      expect(cache).toMatchObject({ kind: 'inline', refusal: undefined });
      expect(cache.reason).toBe(`${refusal} tells that the registry takes no cache manifests`);
      expect(warnings).toEqual([]);
    });

    it.each<[string, PlanInput]>([
      ['named by the options', { options: { cache: 'registry' } }],
      ['in a place of its own', { options: { cache: { repository: 'reg.test/caches/api' } } }],
      ["in the cluster's registry", { environment: { NX_DOCKER_CACHE_REGISTRY: 'layers.test' } }],
      ["a fork's", { source: { fork: true, pullRequest: '7' } }],
    ])('stays what it is where it is %s', (_, input) => {
      const { cache } = planOf({ ...input, refused: true });
      expect(cache).toMatchObject({ kind: 'registry', refusal: undefined });
    });
  });

  it('refuses a registry cache without a registry', () => {
    expect(() => planOf({ options: { registry: undefined, cache: 'registry' } })).toThrow(
      expect.objectContaining({ code: 'NO_REGISTRY' }),
    );
  });

  it('takes buckets by raw entries only', () => {
    const engine = engineOf({ driver: 'docker-container', cacheExporters: ['registry', 's3', 'azblob'] });
    expect(() => planOf({ engine, options: { cache: 's3' } })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTIONS', expected: expect.stringContaining('type=s3') }),
    );
    const to = 'type=s3,bucket=b,region=r,name={projectName}-{scope},mode=max';
    const plan = planOf({ engine, options: { cache: { kind: 's3', to } } });
    expect(plan.cache.to).toEqual([
      expect.objectContaining({
        ref: 'api-main',
        entry: 'type=s3,bucket=b,region=r,name=api-main,mode=max,ignore-error=true',
      }),
    ]);
  });
});

describe('cache entries', () => {
  it('of a registry: own first, one writer, errors ignored', () => {
    const { cache } = planOf({ source: { branch: 'topic' } });
    expect(refs(cache.from)).toEqual(['reg.test/acme/api:cache-topic', 'reg.test/acme/api:cache-main']);
    expect(refs(cache.to)).toEqual(['reg.test/acme/api:cache-topic']);
    expect(cache.to[0]?.entry.split(',')).toEqual(
      expect.arrayContaining(['type=registry', 'mode=max', 'image-manifest=true', 'ignore-error=true']),
    );
  });

  it('have the variant in their tag', () => {
    const { cache, variant } = planOf({ options: { target: 'builder', platforms: 'linux/amd64' } });
    expect(variant).toMatch(/^builder\.linux-amd64\.[0-9a-f]{8}$/);
    expect(refs(cache.to)).toEqual([`reg.test/acme/api:cache-main--${variant}`]);
  });

  it('follow the templates of repository and tag', () => {
    const cache = {
      repository: 'caches.test/{projectName}',
      tag: 'c-{scope}{variant}',
      mode: 'min',
      compression: 'zstd',
    };
    const plan = planOf({ options: { cache } });
    expect(refs(plan.cache.to)).toEqual(['caches.test/api:c-main']);
    expect(plan.cache.to[0]?.entry).toMatch(/,mode=min,.*,compression=zstd$/);
  });

  it('of a folder lie beside each other, also where scope and variant have one name', () => {
    const options = { registry: undefined, cache: 'local' };
    const plain = planOf({ options, source: { branch: 'builder' } });
    const variant = planOf({ options: { ...options, target: 'builder' }, source: { branch: 'main' } });
    const [one = '', two = ''] = [...refs(plain.cache.to), ...refs(variant.cache.to)];
    expect([one, two]).toEqual([
      '.nx-docker-cache/cache/api/builder',
      '.nx-docker-cache/cache/api/main--builder',
    ]);
  });

  it('inline stand in a tag of the image that moves with the scope', () => {
    const plan = planOf({ options: { cache: 'inline' }, source: { branch: 'topic' } });
    expect(refs(plan.cache.from)).toEqual(['reg.test/acme/api:cache-topic', 'reg.test/acme/api:cache-main']);
    expect(plan.cache.to.map(({ entry }) => entry)).toEqual(['type=inline']);
    expect(plan.argv.join(' ')).toContain('reg.test/acme/api:cache-topic');
    expect(planOf({ options: { cache: 'inline', push: false } }).cache.to).toEqual([]);
  });

  it('of GitHub are told apart by image, variant and scope', () => {
    const scopes = [
      planOf({ options: { cache: 'gha' } }),
      planOf({ options: { cache: 'gha', target: 'builder' } }),
      planOf({ options: { cache: 'gha', image: 'web' } }),
      planOf({ options: { cache: 'gha' }, source: { branch: 'topic' } }),
      planOf({ options: { cache: 'gha' }, source: { branch: 'builder-main' } }),
      planOf({ options: { cache: 'gha' }, source: { branch: 'main-builder' } }),
    ].flatMap(({ cache }) => refs(cache.to));
    expect(new Set(scopes).size).toBe(6);
  });

  it('that are raw stand beside the planned ones', () => {
    const cache = {
      from: ['other.test/a:b', 'type=gha,scope={scope}'],
      to: ['other.test/a:{scope}', 'type=inline', 'type=local,dest=x,ignore-error=false'],
    };
    const plan = planOf({ options: { cache }, source: { branch: 'topic' } });
    expect(plan.cache.from.slice(2).map(({ entry }) => entry)).toEqual([
      'type=registry,ref=other.test/a:b',
      'type=gha,scope=topic',
      'type=gha,scope=main',
    ]);
    expect(plan.cache.to.slice(1).map(({ entry }) => entry)).toEqual([
      'type=registry,ref=other.test/a:topic,mode=max,ignore-error=true',
      'type=inline',
      'type=local,dest=x,ignore-error=false',
    ]);
  });

  it('that are raw are left out where the engine would refuse the build for them', () => {
    const bucket = 'type=s3,bucket=b,name={scope}';
    const options = { cache: { kind: 'none', from: bucket, to: [bucket, 'type=local,dest=x'] } } as const;
    const { cache, warnings, argv } = planOf({ options });
    expect([...refs(cache.from), ...refs(cache.to)]).toEqual(['x']);
    expect(argv.join(' ')).not.toContain('s3');
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'CACHE_EXPORTER', message: expect.stringMatching(/type s3/) }),
    ]);
    const able = planOf({ options, engine: CONTAINER });
    expect([...refs(able.cache.from), ...refs(able.cache.to)]).toEqual(['main', 'main', 'x']);
    expect(able.warnings).toEqual([]);
  });

  it('that are raw show no more of themselves than what they point at', () => {
    const to = 'type=s3,bucket=b,name=n,secret_access_key=hunter2';
    const { cache } = planOf({ options: { cache: { kind: 'none', to } }, engine: CONTAINER });
    expect(refs(cache.to)).toEqual(['n']);
  });

  it('are never written for a fork, raw ones included', () => {
    const fork = { pullRequest: '7', fork: true, branch: 'main', baseBranch: 'main' } as const;
    for (const kind of ['registry', 'local', 'inline', 'gha']) {
      const plan = planOf({ source: fork, options: { push: true, cache: { kind, to: 'r.test/a:b' } } });
      expect(plan.cache.to).toEqual([]);
      expect(plan.argv).not.toContain('--cache-to');
      expect(plan.argv.join(' ')).not.toContain('push=true');
    }
  });
});

describe('csv', () => {
  it('quotes what buildx would split', () => {
    expect(csv('a=1', 'b=x,y', 'c="q"')).toBe('a=1,"b=x,y","c=""q"""');
  });
});
