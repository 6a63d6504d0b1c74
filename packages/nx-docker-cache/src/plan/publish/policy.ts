import { DockerCacheError } from '../../errors';
import type { LeftOut } from '../../model/publication';
import type { TrustTier } from '../../model/plan';
import type { Claims } from './claims';
import { isKept } from '../kept-tags';
import { branchTag, ESCAPED, isVersionLike } from './names';
import type { Evaluated } from './rules';

export interface Policy {
  readonly tier: TrustTier;
  readonly reason: string;
  readonly defaultBranch: string;
}

/** Why a tag must not be given here; undefined where it may. @throws DockerCacheError INVALID_REFERENCE */
export function refusalOf(
  { tag, own, named, withCommit }: Pick<Evaluated, 'tag' | 'own' | 'named' | 'withCommit'>,
  rule: string,
  { tier, reason, defaultBranch }: Policy,
  claims: Claims,
): string | undefined {
  if (isKept(tag))
    throw new DockerCacheError({
      code: 'INVALID_REFERENCE',
      message: `${rule} gives a tag that is kept for caches and keys`,
      expected: 'a tag that does not begin with cache-, key-, part-, task- or times--',
      found: tag,
      hint: 'Give the rule another prefix.',
    });
  if (!own && ESCAPED.test(tag))
    throw new DockerCacheError({
      code: 'INVALID_REFERENCE',
      message: `${rule} gives a tag that is kept for names of branches`,
      expected: 'another tag than branch-…- with eight hex digits',
      found: tag,
      hint: 'Give the rule another prefix, or the git tag another name.',
    });
  if (tier === 'trusted') return undefined;
  const only = 'only the default branch, protected branches and protected git tags publish it';
  if (tier === 'untrusted' || !own) return `${only}; this is ${reason}`;
  const others =
    tag === 'latest' ||
    tag === branchTag(defaultBranch) ||
    isVersionLike(tag) ||
    (named && claims.has(tag, withCommit));
  return others ? `its name is not this branch's own; this is ${reason}` : undefined;
}

/**
 * A release that is silently none would be found out by its users; so a build that is there for its version fails.
 * @throws DockerCacheError RELEASE_REFUSED
 */
export function checkRelease(
  project: string,
  { gitTag, release }: { readonly gitTag: string | undefined; readonly release: boolean },
  refused: readonly LeftOut[],
  { tier, reason }: Policy,
): void {
  const [first] = refused;
  if (first === undefined || tier !== 'internal' || (gitTag === undefined && !release)) return;
  throw new DockerCacheError({
    code: 'RELEASE_REFUSED',
    message: `${project} is not released: this build may not publish ${refused.map(({ tag }) => tag).join(', ')}`,
    expected:
      gitTag === undefined
        ? 'a default or protected branch'
        : 'a git tag that only maintainers can push, or on a trusted branch',
    found: reason,
    hint:
      gitTag === undefined
        ? 'Release from the default branch, or name this one in `protectedBranches`.'
        : 'Protect the tag in the service that hosts the repository and name it in `protectedTags` (for instance v*), or fetch the default branch with its history (fetch-depth: 0), so that git can tell.',
  });
}
