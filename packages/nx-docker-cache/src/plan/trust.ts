import { posix } from 'node:path';
import type { SourceFacts } from '../model/facts';
import type { TrustTier } from '../model/plan';

export interface Trust {
  readonly tier: TrustTier;
  readonly reason: string;
}

/**
 * How far a build is trusted. Only where the change comes from counts, never what its branch is called: a
 * fork's branch `main` is untrusted. Where a CI service does not say whether a pull request comes from a
 * fork it is taken for one, since the safe answer costs a cache write and the other one a poisoned cache.
 */
export function trustOf(
  source: SourceFacts,
  defaultBranch: string,
  protectedBranches: readonly string[],
): Trust {
  if (source.fork === true) {
    return {
      tier: 'untrusted',
      reason: 'the change comes from a fork: caches are read, nothing is written or pushed',
    };
  }
  if (source.pullRequest !== undefined) {
    return source.fork === 'unknown'
      ? {
          tier: 'untrusted',
          reason: `${source.ciName ?? 'the CI service'} does not say whether pull request ${source.pullRequest} comes from a fork`,
        }
      : { tier: 'internal', reason: `pull request ${source.pullRequest} of the same repository` };
  }
  if (source.gitTag !== undefined) return { tier: 'internal', reason: `git tag ${source.gitTag}` };
  if (source.branch === undefined) return { tier: 'internal', reason: 'no branch is known' };
  if (source.branch === defaultBranch) return { tier: 'trusted', reason: `default branch ${defaultBranch}` };
  const pattern = protectedBranches.find((candidate) => matchesBranch(candidate, source.branch ?? ''));
  if (pattern !== undefined) return { tier: 'trusted', reason: `protected branch (${pattern})` };
  return { tier: 'internal', reason: `branch ${source.branch} of the same repository` };
}

/** Glob over branch names: `*` within a segment, `**` across, `?` one character; all else is literal. */
export function matchesBranch(pattern: string, branch: string): boolean {
  const expression = posix
    .normalize(pattern)
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*|\*|\?/g, (glob) => (glob === '**' ? '.*' : glob === '*' ? '[^/]*' : '[^/]'));
  return new RegExp(`^${expression}$`).test(branch);
}
