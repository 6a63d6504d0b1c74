import type { SourceFacts } from '../model/facts';

/** The default branch: the option, else what CI or git's remote says, else `main`. */
export function defaultBranchOf(
  option: string | undefined,
  source: SourceFacts,
): { branch: string; reason: string } {
  if (option !== undefined) return { branch: option, reason: 'set by the options' };
  if (source.defaultBranch !== undefined)
    return { branch: source.defaultBranch, reason: 'named by CI or git' };
  return { branch: 'main', reason: 'nothing names one' };
}
