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

/**
 * What `nx affected` compares with where nobody says, as nx.json writes it, and the branch that this means; Nx takes
 * `origin/main` too. undefined: it says nothing.
 */
export function defaultBaseIn(
  nxJson: Readonly<Record<string, unknown>>,
): { written: string; branch: string } | undefined {
  const { defaultBase, affected } = nxJson;
  const older =
    typeof affected === 'object' && affected !== null ? (affected as { defaultBase?: unknown }) : {};
  const written = defaultBase ?? older.defaultBase;
  if (typeof written !== 'string' || written.trim() === '') return undefined;
  return { written, branch: written.replace(/^(?:(?:refs\/)?remotes\/)?origin\/|^refs\/heads\//, '') };
}
