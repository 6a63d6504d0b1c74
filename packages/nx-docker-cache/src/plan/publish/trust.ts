import type { PublishedBuild, PublishFacts, PublishOptions } from '../../model/publication';
import type { TrustTier } from '../../model/plan';
import { scopeOf } from '../scope';
import { matchesBranch, trustOf, type Trust } from '../trust';

const RANK: Readonly<Record<TrustTier, number>> = { untrusted: 0, internal: 1, trusted: 2 };

/**
 * How far a publish is trusted: as its build, and a build of a git tag as far as the tag is. Whoever may push to a
 * repository may push tags, to any commit; so a tag is trusted where its service protects it, where the options say
 * that, or where its commit is in a trusted branch.
 */
export function publishTrust(
  options: Pick<PublishOptions, 'protectedBranches' | 'protectedTags'>,
  { source, protectedRef, branches }: Pick<PublishFacts, 'source' | 'protectedRef' | 'branches'>,
  defaultBranch: string,
): Trust {
  const trust = trustOf(source, defaultBranch, options.protectedBranches);
  const { gitTag } = source;
  if (trust.tier !== 'internal' || gitTag === undefined || source.pullRequest !== undefined) return trust;
  const trusted = (reason: string): Trust => ({ tier: 'trusted', reason: `git tag ${gitTag}: ${reason}` });
  if (protectedRef) return trusted(`protected, as ${source.ciName ?? 'the CI service'} says`);
  const pattern = options.protectedTags.find((candidate) => matchesBranch(candidate, gitTag));
  if (pattern !== undefined) return trusted(`a protected tag (${pattern})`);
  const branch = branches.find(
    (name) =>
      name === defaultBranch || options.protectedBranches.some((candidate) => matchesBranch(candidate, name)),
  );
  return branch === undefined ? trust : trusted(`its commit is in ${branch}`);
}

/**
 * What a lesser build made is not published as if a trusted one had. A build of a git tag is internal and takes nothing of
 * other internal ones, and whoever vouches for the tag vouches for it; not so for a branch's build of the same commit.
 */
export function withBuild(
  trust: Trust,
  build: Pick<PublishedBuild, 'trust' | 'scope'>,
  source: PublishFacts['source'],
  defaultBranch: string,
): Trust {
  const ofTag =
    source.gitTag !== undefined && build.scope === scopeOf(source, defaultBranch, 'internal').name;
  if (ofTag && build.trust === 'internal') return trust;
  if (RANK[build.trust] >= RANK[trust.tier]) return trust;
  const line = source.gitTag === undefined || build.scope === undefined ? '' : ` of ${build.scope}`;
  return { tier: build.trust, reason: `the image comes from a build${line} that was ${build.trust}` };
}
