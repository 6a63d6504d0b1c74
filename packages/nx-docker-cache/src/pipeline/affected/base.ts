import type { BaseCandidate, BaseChoice } from '../../affected';
import { DockerCacheError } from '../../errors';
import type { AffectedRange } from '../../model/affected';
import type { ChangesPort } from '../../ports/changes';

type Base = Pick<AffectedRange, 'base' | 'from'>;

/**
 * The commit that changes count from: the merge base with the best candidate that is here, or an older one where the
 * push began there.
 * @param head a commit
 * @throws DockerCacheError NO_BASE
 */
export async function findBase(choice: BaseChoice, head: string, changes: ChangesPort): Promise<Base> {
  const { candidates, before, otherwise } = choice;
  if (candidates.length === 0) return everything(otherwise);
  const { base, candidate } = await bestOf(candidates, head, changes);
  const found = { base, from: candidate.from };
  const ifAll = base === head && candidate.holdsHead !== undefined ? everything(candidate.holdsHead) : found;
  if (before === undefined) return ifAll;
  const pushed = await changes.commit(before.name);
  const older = pushed === undefined ? undefined : await changes.mergeBase(pushed, base);
  if (older === undefined) {
    // A clone that is cut off does not tell a branch that was pushed by force from one whose push began before.
    if (ifAll !== found && (await changes.isShallow())) throw await noBase(before.name, before.from, changes);
    return ifAll;
  }
  if (older === head && pushed !== head) return everything('the branch was set back to an older commit');
  return older === base ? found : { base: older, from: before.from };
}

async function bestOf(
  candidates: readonly BaseCandidate[],
  head: string,
  changes: ChangesPort,
): Promise<{ base: string; candidate: BaseCandidate }> {
  for (const candidate of candidates) {
    const { name, from, optional } = candidate;
    const commit = await changes.commit(name);
    if (commit === undefined) {
      if (!optional) throw await noBase(name, from, changes);
      continue;
    }
    const base = await changes.mergeBase(commit, head);
    // Where all commits are here, the two have nothing in common.
    if (base === undefined && (await changes.isShallow())) throw await noBase(name, from, changes);
    return { base: base ?? commit, candidate };
  }
  const { name, from } = candidates.at(-1)!;
  throw await noBase(name, from, changes);
}

function everything(from: string): Base {
  return { base: undefined, from };
}

/** @param from the flag or variable that names it, or what else does */
export async function noBase(
  name: string,
  from: string,
  changes: ChangesPort,
  flag = '--base',
): Promise<DockerCacheError> {
  const shallow = await changes.isShallow();
  const plain = name.replace(/^refs\/(?:remotes\/origin|heads)\//, '');
  return new DockerCacheError({
    code: 'NO_BASE',
    message: `there is no commit to compare with: ${plain} (${from})`,
    expected: 'a commit that is in this clone, and the history between it and HEAD',
    found: shallow ? 'a shallow clone, which does not hold it' : 'nothing of that name',
    hint: shallow
      ? 'Clone all of it (actions/checkout: `fetch-depth: 0`; GitLab: `GIT_DEPTH: 0`), or run `git fetch --unshallow` before.'
      : `Name one that is here: ${flag} <commit>; \`git fetch origin <branch>\` brings a branch.`,
  });
}
