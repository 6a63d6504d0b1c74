import type { SourceFacts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { TrustTier } from '../model/plan';
import { shortHash } from './slug';

/** Who left an image or a record, as the tags for this tool have it: `key-t-…`, `part-i-…`. */
export interface Mark {
  readonly text: string;
  readonly tier: Exclude<TrustTier, 'untrusted'>;
}

export interface Marks {
  /** Of what this build leaves; undefined where it may leave nothing. */
  readonly own: Mark | undefined;
  /** Of what it may take, the best first. */
  readonly read: readonly Mark[];
}

const TRUSTED: Mark = { text: 't', tier: 'trusted' };
const INTERNAL: Mark = { text: 'i', tier: 'internal' };

/**
 * A build takes what its own tier and better ones left. A build of a git tag takes of internal ones only what was left for
 * that very tag: once somebody vouches for the tag, its image is a release, and no branch may have made it.
 */
export function marksOf(
  tier: TrustTier,
  source: Pick<SourceFacts, 'commit' | 'gitTag' | 'pullRequest'>,
  skip: BuildOptions['skip'],
): Marks {
  const { commit, gitTag, pullRequest } = source;
  const widened = skip === 'repository' ? [INTERNAL] : [];
  if (tier === 'trusted') return { own: TRUSTED, read: [TRUSTED, ...widened] };
  if (tier === 'untrusted') return { own: undefined, read: [TRUSTED, INTERNAL] };
  if (gitTag === undefined || pullRequest !== undefined) return { own: INTERNAL, read: [TRUSTED, INTERNAL] };
  const own: Mark = { text: `i${shortHash(JSON.stringify([gitTag, commit]))}`, tier };
  return { own, read: [TRUSTED, own, ...widened] };
}
