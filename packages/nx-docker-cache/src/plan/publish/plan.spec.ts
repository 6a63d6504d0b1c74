import type { DockerCacheError } from '../../errors';
import type { SourceFacts } from '../../model/facts';
import type { PublicationPlan, PublishedBuild, PublishFacts } from '../../model/publication';
import { parsePublishOptions } from '../../options';
import { COMMIT, sourceOf } from '../../../test/fakes/facts';
import { planPublication, publishesNothing } from './plan';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const BUILDER = `sha256:${'b'.repeat(64)}`;
const BUILD: PublishedBuild = {
  ...{
    project: 'api',
    image: 'reg.test/acme/api',
    digest: DIGEST,
    pushed: true,
    commit: COMMIT,
    scope: 'main',
    trust: 'trusted',
    platforms: [],
  },
  inputs: [],
  stages: [{ stage: 'builder', image: 'reg.test/acme/api', digest: BUILDER }],
};
const SHORT = COMMIT.slice(0, 7);

interface Input {
  readonly options?: Record<string, unknown>;
  readonly source?: Partial<SourceFacts>;
  readonly facts?: Partial<PublishFacts>;
  readonly build?: Partial<PublishedBuild>;
}

function inputOf({ options = {}, source = {}, facts = {} }: Input) {
  const base = { defaultBranch: undefined, protectedBranches: ['release/*'] };
  const gathered: PublishFacts = {
    ...{ project: { name: 'api', root: 'apps/api', target: 'docker-build' }, source: sourceOf(source) },
    ...{ environment: {}, now: Date.UTC(2026, 2, 7), commitDate: Date.UTC(2026, 1, 1), scheduled: false },
    ...{ protectedRef: false, branches: [], packageVersion: '4.5.6', release: false },
    ...facts,
  };
  return { options: parsePublishOptions(options, base, 'a spec'), facts: gathered };
}

function planOf(input: Input = {}): PublicationPlan {
  const { options, facts } = inputOf(input);
  return planPublication(options, facts, { path: 'receipt.json', build: { ...BUILD, ...input.build } });
}

const tagsOf = (input: Input = {}): string[] => planOf(input).tags.map(({ tag }) => tag);

function errorOf(input: Input): DockerCacheError {
  try {
    planOf(input);
  } catch (error) {
    return error as DockerCacheError;
  }
  throw new Error('it was planned');
}

const TOPIC = { branch: 'topic' };
const PULL = { branch: 'topic', pullRequest: '7', baseBranch: 'main' };
const TAG = { branch: undefined, gitTag: 'v1.2.3' };
const VOUCHED = { options: { protectedTags: 'v*' } };

describe('without configuration', () => {
  it.each<[string, Input, string[]]>([
    ['the default branch', {}, ['main', 'latest', SHORT]],
    ['another branch', { source: TOPIC }, ['topic', SHORT]],
    [
      'a protected branch',
      { source: { branch: 'release/1' } },
      [expect.stringMatching(/^release-1-/) as never, SHORT],
    ],
    ['a pull request', { source: PULL }, ['pr-7', SHORT]],
    ['a protected git tag', { source: TAG, ...VOUCHED }, ['1.2.3', SHORT, 'latest']],
    ['a pre-release', { source: { ...TAG, gitTag: 'v1.2.3-rc.1' }, ...VOUCHED }, ['1.2.3-rc.1', SHORT]],
    [
      'a git tag of this project',
      { source: { ...TAG, gitTag: 'api@1.2.3' }, options: { protectedTags: '*' } },
      ['1.2.3', SHORT, 'latest'],
    ],
    [
      'a git tag of another one',
      { source: { ...TAG, gitTag: 'web@1.2.3' }, options: { protectedTags: '*' } },
      [SHORT],
    ],
    ['a detached HEAD', { source: { branch: undefined } }, [SHORT]],
  ])('%s', (_, input, tags) => {
    expect(tagsOf(input)).toEqual(tags);
  });

  it('a fork publishes nothing, and needs no receipt', () => {
    const { options, facts } = inputOf({ source: { ...PULL, fork: true } });
    expect(publishesNothing(options, facts)).toBe(true);
    expect(planPublication(options, facts, undefined)).toMatchObject({
      tags: [],
      trust: { tier: 'untrusted' },
    });
  });
});

describe('rules', () => {
  it.each<[string, string, Input, string[]]>([
    ['a long commit', 'type=sha,format=long,prefix=sha-', {}, [`sha-${COMMIT}`]],
    ['a branch', 'type=ref,event=branch', {}, ['main']],
    ['a branch on a pull request', 'type=ref,event=branch', { source: PULL }, []],
    ['a git tag', 'type=ref,event=tag', { source: TAG }, ['v1.2.3', 'latest']],
    [
      'a git tag that is no valid tag',
      'type=ref,event=tag',
      { source: { ...TAG, gitTag: 'v1/x' } },
      [expect.stringMatching(/^v1-x-/) as never, 'latest'],
    ],
    ['a pull request', 'type=ref,event=pr', { source: PULL }, ['pr-7']],
    ['major.minor', 'type=semver,pattern={{major}}.{{minor}}', { source: TAG }, ['1.2', 'latest']],
    [
      'major.minor of a pre-release',
      'type=semver,pattern={{major}}.{{minor}}',
      { source: { ...TAG, gitTag: '2.0.0-beta.1' } },
      ['2.0.0-beta.1'],
    ],
    [
      'raw of a pre-release',
      'type=semver,pattern={{raw}}',
      { source: { ...TAG, gitTag: 'v2.0.0-beta.1' } },
      ['v2.0.0-beta.1'],
    ],
    ['a prefix', 'type=semver,pattern={{version}},prefix=v', { source: TAG }, ['v1.2.3', 'latest']],
    [
      'build metadata',
      'type=semver,pattern={{raw}}',
      { source: { ...TAG, gitTag: '1.2.3+b' } },
      [expect.stringMatching(/^1\.2\.3-b-/) as never, 'latest'],
    ],
    ['no version', 'type=semver,pattern={{version}}', { source: { ...TAG, gitTag: 'nightly' } }, []],
    ['a version that is given', 'type=semver,pattern={{version}},value=v7.0.0', {}, ['7.0.0', 'latest']],
    ['the version of package.json', 'type=package', {}, ['4.5.6', 'latest']],
    ['the same as a template', 'type=semver,pattern={{major}},value={packageVersion}', {}, ['4', 'latest']],
    ['no package.json', 'type=package', { facts: { packageVersion: undefined } }, []],
    [
      'a version of Python',
      'type=pep440,pattern={{version}}',
      { source: { ...TAG, gitTag: '1.2.3rc1' } },
      ['1.2.3rc1'],
    ],
    [
      'parts of one',
      'type=pep440,pattern={{major}}.{{minor}}',
      { source: { ...TAG, gitTag: 'v1.2' } },
      ['1.2', 'latest'],
    ],
    ['a match', 'type=match,pattern=v(\\d+)\\.(\\d+),group=2', { source: TAG }, ['2', 'latest']],
    ['a named group', 'type=match,pattern=/V(?<major>\\d+)/i,group=major', { source: TAG }, ['1', 'latest']],
    ['no match', 'type=match,pattern=x(.*),group=1', { source: TAG }, []],
    ['no such group', 'type=match,pattern=v,group=3', { source: TAG }, []],
    ['edge', 'type=edge', {}, ['edge']],
    ['edge of another branch', 'type=edge,branch=develop', {}, []],
    [
      'a timer',
      `type=schedule,pattern=nightly-{{date 'YYYYMMDD'}}`,
      { facts: { scheduled: true } },
      ['nightly-20260307'],
    ],
    ['no timer', 'type=schedule', {}, []],
    ['a raw text', 'type=raw,value=stable', {}, ['stable']],
    ['a template of ours', '{branch}-{shortSha}', {}, [`main-${SHORT}`]],
    ['an expression', `{{branch}}-{{commit_date 'YYYYMMDD'}}`, {}, ['main-20260201']],
    ['the environment', '{env.CHANNEL}', { facts: { environment: { CHANNEL: 'beta' } } }, ['beta']],
    ['a template without a value here', 'x-{pr}', {}, []],
    ['an expression without a value here', '{{tag}}', {}, []],
    ['a condition', 'type=raw,value=x,enable={{is_default_branch}}', {}, ['x']],
    ['a condition that does not hold', 'type=raw,value=x,enable={{is_not_default_branch}}', {}, []],
  ])('%s', (_, rule, input, tags) => {
    expect(tagsOf({ ...input, options: { tags: [rule], protectedTags: '**' } })).toEqual(tags);
  });

  it('say why they give nothing', () => {
    const { idle } = planOf({
      options: { tags: ['type=ref,event=pr', 'type=package'] },
      facts: { packageVersion: undefined },
    });
    expect(idle).toEqual([
      expect.objectContaining({
        rule: 'tags.1 (package)',
        reason: "the project's package.json has no version",
      }),
      expect.objectContaining({ rule: 'tags.0 (ref pr)', reason: 'this is no build of a pull request' }),
    ]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['an unknown placeholder', { tags: ['x-{shortSah}'] }, 'INVALID_TEMPLATE', /Did you mean \{shortSha\}\?/],
    ['an unknown expression', { tags: ['{{brach}}'] }, 'INVALID_TEMPLATE', /Did you mean \{\{branch\}\}\?/],
    [
      'an unknown part of a version',
      { tags: ['type=semver,pattern={{mayor}},value=1.2.3'] },
      'INVALID_TEMPLATE',
      /Did you mean \{\{major\}\}\?/,
    ],
    ['a variable that is not set', { tags: ['{env.NOPE}'] }, 'INVALID_TEMPLATE', /Set NOPE/],
    [
      'a condition that is none',
      { tags: ['type=raw,value=x,enable=maybe'] },
      'INVALID_TEMPLATE',
      /is_default_branch/,
    ],
    ['a tag that is not valid', { tags: ['a b'] }, 'INVALID_REFERENCE', /Correct the template/],
    ['a tag of the cache', { tags: ['cache-main'] }, 'INVALID_REFERENCE', /another prefix/],
    ['a tag of a key', { tags: ['type=raw,value=x,prefix=key-'] }, 'INVALID_REFERENCE', /another prefix/],
  ])('refuse %s', (_, options, code, hint) => {
    expect(errorOf({ options })).toMatchObject({ code, hint: expect.stringMatching(hint) });
  });
});

describe('flavour', () => {
  const tags = ['type=semver,pattern={{version}}'];
  it.each<[unknown, string[]]>([
    ['latest=false', ['1.2.3']],
    ['latest=true', ['1.2.3', 'latest']],
    ['suffix=-alpine', ['1.2.3-alpine', 'latest']],
    ['prefix=x-,onlatest=true', ['x-1.2.3', 'x-latest']],
    [
      ['prefix=x-', 'suffix=-{shortSha},onlatest=true'],
      [`x-1.2.3-${SHORT}`, `latest-${SHORT}`],
    ],
  ])('%j', (flavor, expected) => {
    expect(tagsOf({ source: TAG, options: { tags, flavor, protectedTags: 'v*' } })).toEqual(expected);
  });

  it('leaves latest to the rule that comes first', () => {
    const both = ['type=raw,value=x,priority=950', 'type=semver,pattern={{version}}'];
    expect(tagsOf({ source: TAG, options: { tags: both, protectedTags: 'v*' } })).toEqual(['x', '1.2.3']);
  });
});

describe('policy', () => {
  it.each<[string, string, Input]>([
    ['latest', 'latest', { source: TOPIC }],
    ['a version', 'type=package', { source: TOPIC }],
    ['a raw text', 'stable', { source: TOPIC }],
    [
      'the tag of the default branch',
      'type=raw,value={{branch}}',
      { source: { branch: 'main', pullRequest: '7' } },
    ],
    ['edge', 'type=edge,branch=topic', { source: TOPIC }],
    ['a commit that looks like a version', 'type=sha,prefix=1.2.', { source: TOPIC }],
  ])('another branch does not publish %s', (_, rule, input) => {
    const plan = planOf({ ...input, options: { tags: [rule, 'type=sha'] } });
    expect(plan.tags.map(({ tag }) => tag)).toEqual([SHORT]);
    if (rule.includes('{{branch}}')) expect(plan.idle).toHaveLength(1);
    else expect(plan.refused[0]?.reason).toMatch(/topic/);
  });

  it('a protected branch publishes all', () => {
    expect(
      tagsOf({ source: { branch: 'release/1' }, options: { tags: ['latest', 'type=package'] } }),
    ).toEqual(['4.5.6', 'latest']);
  });

  it('what a lesser build made is lesser', () => {
    const plan = planOf({ build: { trust: 'internal' } });
    expect(plan.tags.map(({ tag }) => tag)).toEqual([SHORT]);
    expect(plan.trust).toEqual({
      tier: 'internal',
      reason: 'the image comes from a build that was internal',
    });
  });

  it.each<[string, Partial<PublishFacts>]>([
    ['the service protects', { protectedRef: true }],
    ['is in the default branch', { branches: ['topic', 'main'] }],
    ['is in a protected branch', { branches: ['release/1'] }],
  ])('a git tag that %s is trusted', (_, facts) => {
    const plan = planOf({ source: TAG, facts, build: { trust: 'internal', scope: 'tag-v1.2.3' } });
    expect(plan.trust.tier).toBe('trusted');
    expect(plan.tags.map(({ tag }) => tag)).toContain('1.2.3');
  });

  it.each(['topic', 'tag-v6.6.6', undefined])('a build of %s makes no release of a git tag', (scope) => {
    expect(errorOf({ source: TAG, ...VOUCHED, build: { trust: 'internal', scope } })).toMatchObject({
      ...{ code: 'RELEASE_REFUSED', found: expect.stringMatching(/a build.* that was internal/) },
    });
    expect(planOf({ source: TAG, ...VOUCHED, build: { trust: 'trusted', scope } }).trust.tier).toBe(
      'trusted',
    );
  });

  it('a git tag that anybody could push is no release, and the task fails', () => {
    expect(errorOf({ source: TAG, facts: { branches: ['topic'] } })).toMatchObject({
      ...{ code: 'RELEASE_REFUSED', message: expect.stringContaining('1.2.3, latest') },
      hint: expect.stringMatching(/protectedTags.*fetch-depth: 0/),
    });
  });

  it('a pull request that names a git tag is none of a tag', () => {
    expect(
      planOf({
        source: { ...PULL, gitTag: 'v1.2.3' },
        facts: { protectedRef: true },
        options: { tags: ['type=sha'] },
      }).trust.tier,
    ).toBe('internal');
  });

  it('nx release from a topic branch is refused', () => {
    expect(errorOf({ source: TOPIC, facts: { release: true } })).toMatchObject({
      ...{ code: 'RELEASE_REFUSED', hint: expect.stringMatching(/protectedBranches/) },
    });
  });
});

describe('nx release', () => {
  const release = { release: true };
  it('publishes the version that it decided', () => {
    const nxReleaseVersionData = { api: { newVersion: '2.0.0' } };
    expect(tagsOf({ facts: release, options: { nxReleaseVersionData } })).toEqual([
      '2.0.0',
      'main',
      'latest',
      SHORT,
    ]);
  });

  it('publishes no version of a project that got none', () => {
    const nxReleaseVersionData = { api: { newVersion: null } };
    expect(tagsOf({ facts: release, options: { nxReleaseVersionData } })).toEqual(['main', 'latest', SHORT]);
  });

  it('takes package.json where it is run by itself', () => {
    expect(tagsOf({ facts: release })).toEqual(['4.5.6', 'main', 'latest', SHORT]);
  });
});

describe('immutable', () => {
  const immutableOf = (options: Record<string, unknown>): string[] =>
    planOf({ source: TAG, options: { protectedTags: '*', ...options } })
      .tags.filter(({ immutable }) => immutable)
      .map(({ tag }) => tag);
  const tags = ['type=semver,pattern={{version}}', 'type=semver,pattern={{major}}.{{minor}}', 'prod-1'];

  it('is what names one version', () => {
    expect(immutableOf({ tags })).toEqual(['1.2.3']);
    expect(immutableOf({ tags, immutable: 'prod-*' })).toEqual(['1.2.3', 'prod-1']);
    expect(immutableOf({ tags, immutable: false })).toEqual([]);
    expect(immutableOf({ tags: ['v1.2.3-alpine'] })).toEqual(['v1.2.3-alpine']);
    expect(immutableOf({ tags: ['type=semver,pattern=x{{major}}.{{minor}}.{{patch}}'] })).toEqual(['x1.2.3']);
  });

  it.each<[string, Input, string[]]>([
    ['type=raw,value={packageVersion},prefix=api-', {}, ['api-4.5.6']],
    ['type=raw,value={packageVersion},prefix=api-,suffix=-slim', {}, ['api-4.5.6-slim']],
    ['api-{packageVersion}', {}, ['api-4.5.6']],
    ['type=match,pattern=v(.*),group=1,prefix=app-', { source: TAG }, ['app-1.2.3']],
    [
      'type=ref,event=tag',
      { source: { ...TAG, gitTag: 'api@1.2.3' } },
      [expect.stringMatching(/^api-1\.2\.3-/) as never],
    ],
    ['type=ref,event=tag', { source: { ...TAG, gitTag: 'stable' } }, []],
    [`type=schedule,pattern={{date 'YYYY.MM.DD'}}`, { facts: { scheduled: true } }, []],
    [`type=raw,value={{date 'YYYY.MM.DD'}}`, {}, []],
    [`type=raw,value={{commit_date 'YYYY.MM.DD'}}`, {}, []],
    ['type=raw,value={packageVersion}-{branch}', {}, []],
    ['type=package,suffix=-{branch}', {}, []],
    ['type=edge,prefix=1.2.3-', {}, []],
  ])('is what names one version by whatever rule: %s', (rule, input, expected) => {
    const { tags: given } = planOf({
      ...input,
      options: { tags: [rule], flavor: 'latest=false', protectedTags: '**' },
    });
    expect(given).toHaveLength(1);
    expect(given.filter(({ immutable }) => immutable).map(({ tag }) => tag)).toEqual(expected);
  });
});

describe('stages', () => {
  it('get the same tags after their name', () => {
    const { tags } = planOf({ options: { stages: 'builder' } });
    expect(tags.filter(({ stage }) => stage === 'builder').map(({ ref, digest }) => [ref, digest])).toEqual([
      ['reg.test/acme/api:builder-main', BUILDER],
      ['reg.test/acme/api:builder-latest', BUILDER],
      [`reg.test/acme/api:builder-${SHORT}`, BUILDER],
    ]);
  });

  it('have to be in the receipt', () => {
    expect(errorOf({ options: { stages: 'bilder' } })).toMatchObject({
      code: 'UNKNOWN_STAGE',
      hint: 'Did you mean builder?',
    });
    expect(errorOf({ options: { stages: 'x' }, build: { stages: [] } }).hint).toMatch(
      /option `stages` of the build/,
    );
  });
});

describe('two rules with one tag', () => {
  it('are told, and are one tag', () => {
    const { tags, warnings } = planOf({ options: { tags: ['x', 'type=raw,value=x'] } });
    expect(tags.map(({ rules }) => rules)).toEqual([['tags.0 (raw x)', 'tags.1 (raw x)']]);
    expect(warnings).toEqual([
      expect.objectContaining({ code: 'TAG_TWICE', message: expect.stringContaining('tag x') }),
    ]);
  });

  it('are no matter where one is the flavour', () => {
    expect(planOf({ options: { tags: ['latest', 'type=package'] } }).warnings).toEqual([]);
  });

  it('of two images contradict each other', () => {
    const tags = ['x', 'builder-x'];
    expect(errorOf({ options: { tags, stages: 'builder' } })).toMatchObject({
      ...{
        code: 'TAG_CONFLICT',
        found: expect.stringMatching(/the image sha256:a+\n.*stage builder sha256:b+/),
      },
    });
  });
});

describe('the receipt', () => {
  it.each<[string, Partial<PublishedBuild>, string, RegExp]>([
    ['of another commit', { commit: 'beef' }, 'RECEIPT_STALE', /nx run api:docker-build/],
    ['of another project', { project: 'web' }, 'RECEIPT_INVALID', /Build it first/],
    ['of a build that was loaded', { pushed: false }, 'NOT_PUSHED', /push: true/],
    ['without a digest', { digest: undefined }, 'NOT_PUSHED', /registry/],
    ['without a registry', { image: 'api' }, 'NOT_PUSHED', /registry/],
  ])('%s is refused', (_, build, code, hint) => {
    expect(errorOf({ build })).toMatchObject({ code, hint: expect.stringMatching(hint) });
  });
});

it('names the tag that hosts of this line run', () => {
  expect(planOf().moving).toBe('reg.test/acme/api:latest');
  expect(planOf({ source: TOPIC }).moving).toBe('reg.test/acme/api:topic');
  expect(planOf({ source: PULL }).moving).toBe('reg.test/acme/api:pr-7');
  expect(planOf({ options: { tags: ['type=sha'] } }).moving).toBeUndefined();
});
