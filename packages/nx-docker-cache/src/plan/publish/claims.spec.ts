import fc from 'fast-check';
import type { DockerCacheError } from '../../errors';
import type { SourceFacts } from '../../model/facts';
import type { PublishFacts } from '../../model/publication';
import { parsePublishOptions } from '../../options';
import { COMMIT, sourceOf } from '../../../test/fakes/facts';
import { planPublication } from './plan';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER_COMMIT = 'fedcba9876543210fedcba9876543210fedcba98';

interface Setup {
  readonly tags?: readonly string[];
  readonly flavor?: readonly string[];
  readonly stages?: readonly string[];
  readonly protectedBranches?: readonly string[];
}

/** Bare tags of a build; none where it is refused altogether. */
function tagsOf(
  setup: Setup,
  source: Partial<SourceFacts>,
  more: Partial<PublishFacts> = {},
): ReadonlySet<string> {
  const { protectedBranches = [], ...raw } = setup;
  const options = parsePublishOptions(raw, { defaultBranch: undefined, protectedBranches }, 'a spec');
  const facts: PublishFacts = {
    ...{ project: { name: 'api', root: 'apps/api', target: 'docker-build' }, source: sourceOf(source) },
    ...{ environment: { CHANNEL: 'beta' }, now: Date.UTC(2026, 2, 7), commitDate: Date.UTC(2026, 1, 1) },
    ...{ scheduled: true, protectedRef: true, branches: [], packageVersion: '4.5.6', release: false },
    ...more,
  };
  const build = {
    ...{
      project: 'api',
      image: 'reg.test/acme/api',
      digest: DIGEST,
      pushed: true,
      platforms: [],
      inputs: [],
    },
    ...{ commit: facts.source.commit, scope: 'main', trust: 'trusted' as const },
    stages: (setup.stages ?? []).map((stage) => ({ stage, image: 'reg.test/acme/api', digest: DIGEST })),
  };
  try {
    const { tags } = planPublication(options, facts, { path: 'receipt.json', build });
    return new Set(tags.map(({ tag }) => tag));
  } catch (error) {
    expect((error as DockerCacheError).code).toMatch(/^(TAG_CONFLICT|INVALID_REFERENCE)$/);
    return new Set();
  }
}

const BRANCH = 'type=ref,event=branch';
const GIT_TAG = 'type=ref,event=tag';

describe('the tag of a branch that is called as a tag of trusted builds', () => {
  it.each<[string, string, Setup, RegExp]>([
    ['a stage’s latest', 'builder-latest', { stages: ['builder'] }, /^branch-builder-latest-[0-9a-f]{8}$/],
    ['a stage of the default branch', 'builder-main', { stages: ['builder'] }, /^branch-builder-main-/],
    ['a dressed latest', 'latest-y', { tags: ['type=ref,event=branch,suffix='], flavor: ['suffix=-y,onlatest=true'] }, /^branch-latest-y-/], // prettier-ignore
    ['a raw text', 'prod', { tags: [BRANCH, 'prod'] }, /^branch-prod-/],
    ['a timer’s', 'weekly', { tags: [BRANCH, 'type=schedule,pattern=weekly'] }, /^branch-weekly-/],
    ['a timer’s with a date', 'weekly-20260307', { tags: [BRANCH, "type=schedule,pattern=weekly-{{date 'YYYYMMDD'}}"] }, /^branch-weekly-/], // prettier-ignore
    ['a prefixed version', 'rel-7', { tags: [BRANCH, 'type=semver,pattern={{major}},prefix=rel-'] }, /^branch-rel-7-/], // prettier-ignore
    ['a git tag', 'stable-2026', { tags: [BRANCH, GIT_TAG] }, /^branch-stable-2026-/],
    ['the environment’s', 'beta', { tags: [BRANCH, '{env.CHANNEL}'] }, /^branch-beta-/],
    ['a raw text, by a template', 'prod', { tags: ['{branch}', 'prod'] }, /^branch-prod-/],
    ['a raw text, by an expression', 'Prod', { tags: ['{{branch}}', 'Prod'] }, /^branch-prod-/],
  ])('%s has a hash', (_, branch, setup, expected) => {
    const [tag] = tagsOf({ ...setup }, { branch });
    expect(tag).toMatch(expected);
  });

  it('stays as it is where nothing else could be called so', () => {
    const setup = { tags: [BRANCH, 'type=semver,pattern={{version}}', 'prod'], stages: ['builder'] };
    expect([...tagsOf(setup, { branch: 'topic' })]).toEqual(['topic', 'builder-topic']);
    expect([...tagsOf({ protectedBranches: ['release/*'] }, { branch: 'release-notes' })][0]).toBe(
      'release-notes',
    );
  });

  it('leaves pull requests and commits theirs beside rules of any git tag', () => {
    const tags = [GIT_TAG, 'type=ref,event=pr', 'type=sha', '{branch}-{shortSha}'];
    const short = COMMIT.slice(0, 7);
    expect([...tagsOf({ tags }, { branch: 'topic', pullRequest: '7', baseBranch: 'main' })].sort()).toEqual(
      ['pr-7', short, `topic-${short}`].sort(),
    );
  });

  it('and a git tag that is called as such a tag is refused', () => {
    const [tag] = tagsOf({ tags: [BRANCH, 'prod'] }, { branch: 'prod' });
    expect([...tagsOf({ tags: [GIT_TAG] }, { branch: undefined, gitTag: tag! })]).toEqual([]);
  });
});

const RULES = [
  BRANCH,
  GIT_TAG,
  'type=ref,event=pr',
  'latest',
  'prod',
  'type=edge',
  'type=schedule',
  'type=sha', // prettier-ignore
  'type=sha,prefix=sha-',
  'type=semver,pattern={{version}}',
  'type=semver,pattern={{major}},prefix=release-', // prettier-ignore
  'type=package',
  'type=package,prefix=rel-',
  'type=match,pattern=v(\\d+),group=1,suffix=-major', // prettier-ignore
  "type=schedule,pattern=n-{{date 'YYYYMMDD'}}",
  '{branch}',
  '{{branch}}',
  '{scope}',
  '{branch}-{shortSha}', // prettier-ignore
  '{branch}-{packageVersion}',
  'x-{env.CHANNEL}',
  '{projectName}-next',
  'type=sha,prefix={branch}-', // prettier-ignore
];
const setups = fc.record({
  tags: fc.subarray(RULES, { minLength: 1 }),
  flavor: fc.subarray(['latest=true', 'prefix=p-,onlatest=true', 'suffix=-s,onlatest=true']),
  stages: fc.subarray(['builder', 'p']),
  protectedBranches: fc.subarray(['release/*', 'develop', 'next-*']),
});

/** What builds of other commits that count as trusted give. */
function trustedTags(setup: Setup): ReadonlySet<string> {
  const at = { commit: OTHER_COMMIT };
  const branches = ['main', 'develop', 'release/1.2', 'next-1'].filter(
    (branch) =>
      branch === 'main' ||
      (setup.protectedBranches ?? []).some((glob) => branch.startsWith(glob.replace(/\*$/, ''))),
  );
  const gitTags = ['v1.2.3', 'api@2.0.0-rc.1', 'stable', 'builder-stable', 'a/b'];
  return new Set([
    ...branches.flatMap((branch) => [...tagsOf(setup, { ...at, branch })]),
    ...gitTags.flatMap((gitTag) => [...tagsOf(setup, { ...at, branch: undefined, gitTag })]),
  ]);
}

it('gives no branch, whatever its name, a tag that trusted builds may give', () => {
  fc.assert(
    fc.property(setups, fc.string({ minLength: 1 }), (setup, any) => {
      const trusted = trustedTags(setup);
      const names = [...trusted, 'builder-latest', 'p-latest', any].flatMap((tag) => [
        tag,
        tag.replace(/^(builder|p|release|rel|x)-/, ''),
        tag.replace(/-(s|major|next|4\.5\.6)$/, ''),
        tag.replace(/^(builder-|p-)+/, '').replace(/-s$/, ''),
      ]);
      const topics = [...new Set(names)].filter(
        (name) => name !== '' && !/^(main|develop|release\/.*|next-.*)$/.test(name),
      );
      for (const branch of topics)
        expect([branch, [...tagsOf(setup, { branch })].filter((tag) => trusted.has(tag))]).toEqual([
          branch,
          [],
        ]);
    }),
    { numRuns: 40 },
  );
});
