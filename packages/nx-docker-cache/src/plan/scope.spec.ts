import { sourceOf } from '../../test/fakes/facts';
import type { SourceFacts } from '../model/facts';
import { defaultBranchOf } from './defaults';
import { branchScope, scopeOf } from './scope';
import { matchesBranch, trustOf } from './trust';

const reads = (
  source: Partial<SourceFacts>,
  tier: 'trusted' | 'internal' | 'untrusted' = 'internal',
): string[] => scopeOf(sourceOf(source), 'main', tier).reads.map(({ scope }) => scope);

describe('scopeOf', () => {
  it.each<[string, Partial<SourceFacts>, string]>([
    ['a branch', { branch: 'topic' }, 'topic'],
    ['a pull request', { pullRequest: '42', branch: 'topic' }, 'pr-42'],
    ['a git tag', { gitTag: 'v1.0', branch: undefined }, 'tag-v1.0'],
    ['a merge queue', { branch: 'gh-readonly-queue/main/pr-7-0a1b2c' }, 'queue-main'],
    ['that of another branch', { branch: 'gh-readonly-queue/release/2.x/pr-7-0a1b2c' }, 'queue-release-2.x-'],
    ['a pull request with no number', { pullRequest: 'unknown' }, 'pr-unknown'],
    ['a detached HEAD', { branch: undefined }, 'detached'],
  ])('names %s', (_, source, name) => {
    // A name that is made valid gets a hash.
    const scope = scopeOf(sourceOf(source), 'main', 'internal').name;
    expect(name.endsWith('-') ? scope.replace(/[0-9a-f]{8}$/, '') : scope).toBe(name);
  });

  it('reads its own, the base branch and the default branch, each once', () => {
    expect(reads({ branch: 'topic' })).toEqual(['topic', 'main']);
    expect(reads({ branch: 'main' })).toEqual(['main']);
    expect(reads({ pullRequest: '1', baseBranch: 'next' })).toEqual(['pr-1', 'next', 'main']);
    expect(reads({ pullRequest: '1', baseBranch: 'main' })).toEqual(['pr-1', 'main']);
    expect(reads({ branch: 'gh-readonly-queue/main/pr-7-0a1b2c' })).toEqual(['queue-main', 'main']);
    expect(reads({ branch: 'gh-readonly-queue/next/pr-7-0a1b2c' })).toEqual(['queue-next', 'next', 'main']);
  });

  it('says in names of images which run of a merge queue it is, and which branch otherwise', () => {
    const label = (source: Partial<SourceFacts>): string =>
      scopeOf(sourceOf(source), 'main', 'internal').label;
    const queue = ['pr-1-0a1b2c', 'pr-2-3d4e5f'].map((run) => ({ branch: `gh-readonly-queue/main/${run}` }));
    expect(new Set(queue.map(label)).size).toBe(2);
    expect(label({ branch: 'topic' })).toBe('topic');
    expect(label({ pullRequest: '42', branch: queue[0]!.branch })).toBe('pr-42');
  });

  it('gives a fork none of its own to read', () => {
    expect(reads({ pullRequest: '1', baseBranch: 'main', branch: 'main' }, 'untrusted')).toEqual(['main']);
  });

  it('lets no branch be called like another kind of scope', () => {
    for (const name of ['pr-1', 'tag-v1', 'queue-main', 'detached', 'detached-2']) {
      expect(branchScope(name)).toMatch(new RegExp(`^${name}-[0-9a-f]{8}$`));
    }
  });

  it('keeps within 72 characters', () => {
    for (const source of [
      { branch: 'x/'.repeat(200) },
      { branch: `gh-readonly-queue/${'x/'.repeat(200)}y/pr-7-0a1b2c` },
      { gitTag: 'v/'.repeat(200) },
      { pullRequest: '9'.repeat(99) },
    ]) {
      expect(scopeOf(sourceOf(source), 'main', 'internal').name.length).toBeLessThanOrEqual(72);
    }
  });
});

describe('trustOf', () => {
  it.each<[string, Partial<SourceFacts>, string]>([
    ['the default branch', { branch: 'main' }, 'trusted'],
    ['a protected branch', { branch: 'release/2.x' }, 'trusted'],
    ['another branch', { branch: 'topic' }, 'internal'],
    ['a pull request of the repository', { pullRequest: '1', branch: 'main' }, 'internal'],
    ['a fork whose branch is called main', { pullRequest: '1', branch: 'main', fork: true }, 'untrusted'],
    ['a pull request from who knows where', { pullRequest: '1', fork: 'unknown' }, 'untrusted'],
    ['a lowered push', { branch: 'main', fork: true }, 'untrusted'],
    ['a git tag', { gitTag: 'v1', branch: undefined }, 'internal'],
    ['a detached HEAD', { branch: undefined }, 'internal'],
  ])('%s', (_, source, tier) => {
    expect(trustOf(sourceOf(source), 'main', ['release/*'])).toMatchObject({
      tier,
      reason: expect.any(String),
    });
  });

  it.each([
    ['release/*', 'release/1', true],
    ['release/*', 'release/1/2', false],
    ['release/**', 'release/1/2', true],
    ['v?', 'v1', true],
    ['v?', 'v12', false],
    ['a.b', 'axb', false],
    ['(x)', '(x)', true],
    ['main', 'main2', false],
  ])('%s matches %s: %s', (pattern, branch, expected) => {
    expect(matchesBranch(pattern, branch)).toBe(expected);
  });
});

describe('defaultBranchOf', () => {
  it('takes the option, what CI or git say, and main', () => {
    expect(defaultBranchOf('trunk', sourceOf()).branch).toBe('trunk');
    expect(defaultBranchOf(undefined, sourceOf({ defaultBranch: 'master' })).branch).toBe('master');
    expect(defaultBranchOf(undefined, sourceOf({ defaultBranch: undefined })).branch).toBe('main');
  });
});
