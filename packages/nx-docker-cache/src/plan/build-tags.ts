import type { SourceFacts } from '../model/facts';
import { branchTag } from './publish/names';
import { isWholeVersion } from './publish/whole-version';
import { placeholders } from './template';
import { matchesBranch, type Trust } from './trust';

/** `{shortSha}`, `{sha}`, and what git makes of them. */
const COMMIT = /^[0-9a-f]{7,64}$/;

interface Line {
  readonly source: Pick<SourceFacts, 'branch' | 'pullRequest' | 'gitTag'>;
  readonly trust: Pick<Trust, 'tier'>;
  readonly defaultBranch: string;
  readonly protectedBranches: readonly string[];
}

/**
 * true where a build would push a tag that trusted builds give, and is none: `latest`, a trusted branch's name, a whole
 * version, a commit that is only a branch's name. What else a tag says is the user's own business, and so is all of it where no branch is known.
 * @param tag what the template gives here
 */
export function isOthersTag(tag: string, template: string, line: Line): boolean {
  const { source, trust, defaultBranch, protectedBranches } = line;
  const isKnown = [source.branch, source.pullRequest, source.gitTag].some((one) => one !== undefined);
  if (trust.tier !== 'internal' || !isKnown) return false;
  const isBranch = [defaultBranch, ...protectedBranches].some(
    (branch) => branchTag(branch) === tag || matchesBranch(branch, tag),
  );
  // A commit, a build number or the git tag make a version this build's own; a branch may be called as anybody likes.
  const isMade =
    template.includes('{env.') || placeholders(template).some((name) => !/^(branch|scope)$/.test(name));
  const isLatest = tag === 'latest' || (template === tag && /[-._]latest$/.test(tag));
  const isCommit = template.includes('{') && COMMIT.test(tag);
  return isBranch || isLatest || (!isMade && (isWholeVersion(tag) || isCommit));
}
