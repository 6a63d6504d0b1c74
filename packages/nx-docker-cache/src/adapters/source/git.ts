import { exec, type ExecResult } from '../exec';

export interface GitFacts {
  /** true inside a work tree. */
  readonly git: boolean;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly defaultBranch: string | undefined;
}

const NO_GIT: GitFacts = { git: false, commit: undefined, branch: undefined, defaultBranch: undefined };

/** What git says of a folder. A missing git, a missing repository and an empty one are all facts, not errors. */
export async function gitFacts(cwd: string): Promise<GitFacts> {
  const [head, branch, remoteHead, conventional] = await Promise.all([
    git(cwd, 'rev-parse', '--is-inside-work-tree', 'HEAD'),
    git(cwd, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    git(cwd, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'),
    git(cwd, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/main', 'refs/heads/master'),
  ]);
  // Without a commit the second answer is the word HEAD, and the exit code is not 0.
  const [inside, commit] = head.stdout.split('\n');
  if (inside !== 'true') return NO_GIT;
  const hasCommit = head.exitCode === 0;
  return {
    git: true,
    commit: hasCommit ? commit : undefined,
    branch: textOf(branch) ?? (hasCommit ? await branchOfDetachedHead(cwd) : undefined),
    defaultBranch:
      textOf(remoteHead)?.replace(/^origin\//, '') ?? conventionalBranch(textOf(conventional) ?? ''),
  };
}

/** The branch of a detached HEAD, where exactly one branch points at it; anything else would be a guess. */
async function branchOfDetachedHead(cwd: string): Promise<string | undefined> {
  const refs = await git(
    cwd,
    'for-each-ref',
    '--points-at',
    'HEAD',
    '--format=%(refname)',
    'refs/heads',
    'refs/remotes',
  );
  const names = refs.stdout
    .split('\n')
    .map((ref) => ref.replace(/^refs\/heads\/|^refs\/remotes\/[^/]+\//, ''))
    .filter((name) => name !== '' && name !== 'HEAD');
  const distinct = new Set(names);
  return distinct.size === 1 ? [...distinct][0] : undefined;
}

/** Without a remote: `main`, else `master`, where a branch of that name exists. */
function conventionalBranch(refs: string): string | undefined {
  const names = refs.split('\n');
  return ['main', 'master'].find((name) => names.includes(name));
}

function git(cwd: string, ...args: string[]): ReturnType<typeof exec> {
  return exec('git', args, { cwd, timeout: 10_000 });
}

function textOf({ exitCode, stdout }: ExecResult): string | undefined {
  const text = stdout.trim();
  return exitCode === 0 && text !== '' ? text : undefined;
}
