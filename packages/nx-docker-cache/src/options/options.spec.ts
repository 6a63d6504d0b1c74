import { DockerCacheError } from '../errors';
import { parseBuildOptions, parseConfigFile, parsePluginOptions } from '.';

const problemsOf = (input: unknown): string[] => {
  try {
    parseBuildOptions(input, 'target api:docker-build');
  } catch (error) {
    expect(error).toBeInstanceOf(DockerCacheError);
    expect(error).toMatchObject({
      code: 'INVALID_OPTIONS',
      hint: expect.stringContaining('nothing was built'),
    });
    return ((error as DockerCacheError).found ?? '').split('\n');
  }
  return [];
};

describe('parseBuildOptions', () => {
  it('needs nothing', () => {
    expect(parseBuildOptions({}, 'x')).toMatchObject({
      image: '{projectName}',
      tags: undefined,
      registry: undefined,
      load: undefined,
      push: undefined,
      provenance: undefined,
      progress: 'auto',
      skip: true,
      dryRun: false,
      cache: { kind: undefined, mode: 'max', tag: 'cache-{scope}{variant}', maxSize: 5_000_000_000 },
    });
  });

  it('takes one text where a list is meant', () => {
    expect(
      parseBuildOptions({ tags: 'a', platforms: 'linux/amd64, linux/arm64', addHosts: 'a:1.2.3.4' }, 'x'),
    ).toMatchObject({
      tags: ['a'],
      platforms: ['linux/amd64', 'linux/arm64'],
      addHosts: ['a:1.2.3.4'],
    });
  });

  it('takes numbers and booleans as build args and labels', () => {
    const { buildArgs, labels } = parseBuildOptions({ buildArgs: { A: 1, B: true }, labels: { c: 0 } }, 'x');
    expect([buildArgs, labels]).toEqual([{ A: '1', B: 'true' }, { c: '0' }]);
  });

  it('cuts what a browser puts around a registry', () => {
    expect(parseBuildOptions({ registry: 'https://ghcr.io/acme/' }, 'x').registry).toBe('ghcr.io/acme');
  });

  it('takes a kind of cache by itself', () => {
    expect(parseBuildOptions({ cache: 'inline' }, 'x').cache.kind).toBe('inline');
  });

  it.each([
    [5, 5],
    ['500MB', 500_000_000],
    ['1.5 GiB', 1_610_612_736],
  ])('reads a size of %s', (maxSize, bytes) => {
    expect(parseBuildOptions({ cache: { maxSize } }, 'x').cache.maxSize).toBe(bytes);
  });

  it.each([
    ['id=npm,env=NPM_TOKEN', { id: 'npm', env: 'NPM_TOKEN' }],
    ['id=rc,src=.npmrc', { id: 'rc', src: '.npmrc' }],
    ['type=file,id=rc,source=.npmrc', { id: 'rc', src: '.npmrc' }],
    ['id=plain', { id: 'plain' }],
  ])('reads the secret %s', (text, secret) => {
    expect(parseBuildOptions({ secrets: [text] }, 'x').secrets).toEqual([secret]);
  });

  it('keeps attestations as buildx takes them', () => {
    expect(parseBuildOptions({ provenance: 'mode=max', sbom: true }, 'x')).toMatchObject({
      provenance: 'mode=max',
      sbom: 'true',
    });
  });
});

describe('what is wrong with options', () => {
  it.each<[unknown, RegExp]>([
    [{ dockerFile: 'x' }, /^dockerFile: unknown option; did you mean dockerfile\?$/],
    [{ file: 'x' }, /^file: unknown option; did you mean dockerfile\?$/],
    [{ 'cache-from': 'x' }, /did you mean cache\.from\?/],
    [{ zzz: 1 }, /^zzz: unknown option$/],
    [{ target: 7 }, /^target: .*expected string.*; found 7$/],
    [{ target: ' ' }, /^target: /],
    [{ registry: null }, /^registry: .*found null$/],
    [{ cache: { kind: 'disk' } }, /^cache\.kind: .*"registry".*found "disk"$/],
    [{ cache: { kinde: 'x' } }, /^cache\.kinde: unknown option/],
    [{ cache: 'disk' }, /^cache: .*found "disk"$/],
    [{ cache: { maxSize: 'lots' } }, /^cache\.maxSize: expected a size/],
    [{ secrets: ['env=X'] }, /^secrets\.0: expected id=/],
    [{ secrets: [{ id: 'a', value: 's3cret' }] }, /^secrets\.0\.value: unknown option/],
    [{ secrets: ['id=a,valu=s3cret'] }, /^secrets\.0: expected id, env or src; found valu$/],
    [{ secrets: [{ id: 'a', env: 'A', src: 'a' }] }, /^secrets\.0: a names both env and src/],
    [{ secrets: ['id=a,env=A', 'id=a,env=B'] }, /^secrets: id a is named twice/],
    [{ secrets: ['id=a b,env=A'] }, /^secrets\.0: expected an id of letters/],
    [{ noCache: true, noCacheFilter: 'a' }, /^noCacheFilter: has no meaning beside noCache/],
    [
      { cache: { kind: 'inline', repository: 'r.test/x' } },
      /^cache\.repository: has no meaning with cache kind inline/,
    ],
    [{ platforms: 'amd64' }, /^platforms: expected os\/arch/],
    [{ addHosts: 'db' }, /^addHosts: expected name:ip; found db$/],
    [{ shmSize: 'big' }, /^shmSize: expected a size/],
    [{ buildArgs: { 'A B': 1 } }, /^buildArgs\.A B: expected a name/],
    [{ tags: [] }, /^tags: expected at least one tag/],
  ])('%j', (input, problem) => {
    expect(problemsOf(input)).toEqual([expect.stringMatching(problem)]);
  });

  it('is said all at once', () => {
    expect(problemsOf({ target: 7, load: 'yes', cache: { kind: 'disk', sise: 1 }, nope: 1 })).toHaveLength(5);
    expect(problemsOf({ platforms: 'amd64', shmSize: 'big', addHosts: ['a', 'b'] })).toHaveLength(4);
  });

  it('says whose options', () => {
    expect(() => parseBuildOptions({ x: 1 }, 'target api:docker-build')).toThrow(
      'an option is wrong in target api:docker-build',
    );
  });

  it('shows no long text, which might be a secret', () => {
    const secret = 'x'.repeat(80);
    const [problem] = problemsOf({ push: secret });
    expect(problem).toContain('a long text');
    expect(problem).not.toContain(secret);
    expect(problemsOf({ secrets: [secret] }).join()).not.toContain(secret);
  });

  it.each(['ghcr.io/acme', 'db=host-gateway', 'a:[::1]', 'a=::1'])('is not that a host is %s', (entry) => {
    expect(problemsOf({ addHosts: entry.includes('/') ? 'db:10.0.0.1' : entry })).toEqual([]);
  });

  it.each(['linux/amd64', 'linux/arm/v7', 'windows/amd64', 'linux/arm64/v8'])(
    'is not the platform %s',
    (platform) => {
      expect(problemsOf({ platforms: platform })).toEqual([]);
    },
  );
});

describe('the other inputs', () => {
  it('takes plugin options, or none', () => {
    expect(parsePluginOptions(undefined)).toEqual({});
    expect(parsePluginOptions({ targetName: 'image', registry: 'ghcr.io/acme' })).toMatchObject({
      targetName: 'image',
    });
    expect(() => parsePluginOptions({ targetname: 'x' })).toThrow('the plugin options in nx.json');
  });

  it('takes a configuration file, and helps inside it', () => {
    expect(parseConfigFile({ projects: { api: { root: 'apps/api', target: 'x' } } })).toBeDefined();
    const find = (input: unknown): string => {
      try {
        parseConfigFile(input);
      } catch (error) {
        return (error as DockerCacheError).found ?? '';
      }
      return '';
    };
    expect(find({ projects: { api: { 'build-arg': {} } } })).toBe(
      'projects.api.build-arg: unknown option; did you mean buildArgs?',
    );
    expect(find({ project: {} })).toMatch(/^project: unknown option/);
  });
});
