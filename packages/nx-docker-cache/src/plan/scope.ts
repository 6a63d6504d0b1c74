import type { SourceFacts } from '../model/facts';
import type { TrustTier } from '../model/plan';
import { slug } from './slug';

/** Room for `cache-`, `--` and a variant within the 128 characters of a tag. */
const MAX_SCOPE = 72;
/** Prefixes of scopes that are not branches; a branch called so gets a hash. */
const RESERVED = ['pr-', 'tag-', 'queue-', 'detached'];
/** The branch that GitHub makes for each run of a merge queue, of the branch that the queue leads to. */
const QUEUE = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/;

export interface ScopeRead {
  readonly scope: string;
  readonly reason: string;
}

export interface Scope {
  /** The lineage that this build writes to. */
  readonly name: string;
  /**
   * What `{scope}` says in names of images: the same, but for the runs of a merge queue, which share their caches and make
   * images of different commits at one time.
   */
  readonly label: string;
  readonly reason: string;
  /** Lineages that it reads, nearest first. */
  readonly reads: readonly ScopeRead[];
}

/**
 * The cache lineage of a build. It reads its own, then the base branch of its pull request, then the default
 * branch; it writes its own only. An untrusted build has none of its own to read.
 */
export function scopeOf(source: SourceFacts, defaultBranch: string, tier: TrustTier): Scope {
  const own = ownScope(source);
  const reads: ScopeRead[] = [];
  const add = (scope: string, reason: string): void => {
    if (!reads.some((read) => read.scope === scope)) reads.push({ scope, reason });
  };
  if (tier !== 'untrusted') add(own.name, `own: ${own.reason}`);
  if (source.baseBranch !== undefined) {
    add(branchScope(source.baseBranch), `base branch ${source.baseBranch} of the pull request`);
  }
  const queued = queuedFor(source);
  if (queued !== undefined) add(branchScope(queued), `branch ${queued}, which the merge queue leads to`);
  add(branchScope(defaultBranch), `default branch ${defaultBranch}`);
  const label = queued === undefined ? own.name : branchScope(source.branch ?? '');
  return { ...own, label, reads };
}

function queuedFor({ pullRequest, gitTag, branch }: SourceFacts): string | undefined {
  return pullRequest === undefined && gitTag === undefined ? QUEUE.exec(branch ?? '')?.[1] : undefined;
}

export function branchScope(branch: string): string {
  return slug(branch, MAX_SCOPE, RESERVED);
}

function ownScope(source: SourceFacts): { name: string; reason: string } {
  if (source.pullRequest !== undefined) {
    return { name: `pr-${slug(source.pullRequest, 20)}`, reason: `pull request ${source.pullRequest}` };
  }
  if (source.gitTag !== undefined) {
    return { name: `tag-${slug(source.gitTag, MAX_SCOPE - 4)}`, reason: `git tag ${source.gitTag}` };
  }
  const queued = queuedFor(source);
  // One for all runs of a queue: each stands on those before it, and its branch is gone a moment later.
  if (queued !== undefined)
    return { name: `queue-${slug(queued, MAX_SCOPE - 6)}`, reason: `merge queue of ${queued}` };
  if (source.branch !== undefined)
    return { name: branchScope(source.branch), reason: `branch ${source.branch}` };
  return {
    name: 'detached',
    reason: source.git
      ? 'a detached HEAD whose branch nothing names'
      : 'no git repository and no CI names a branch',
  };
}
