import { exec } from '../exec';

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
  const [inside, commit, branch, remoteHead] = await Promise.all([
    git(cwd, 'rev-parse', '--is-inside-work-tree'),
    git(cwd, 'rev-parse', '--verify', '--quiet', 'HEAD'),
    git(cwd, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    git(cwd, 'symbolic-ref', '--quiet', '--short', 'refs/remotes/origin/HEAD'),
  ]);
  if (inside !== 'true') return NO_GIT;
  return {
    git: true,
    commit,
    branch: branch ?? (commit === undefined ? undefined : await branchOfDetachedHead(cwd)),
    defaultBranch: remoteHead?.replace(/^origin\//, '') ?? (await conventionalBranch(cwd)),
  };
}

/** The branch of a detached HEAD, where exactly one branch points at it; anything else would be a guess. */
async function branchOfDetachedHead(cwd: string): Promise<string | undefined> {
  const refs = await git(cwd, 'for-each-ref', '--points-at', 'HEAD', '--format=%(refname)', 'refs/heads', 'refs/remotes');
  const names = (refs ?? '')
    .split('\n')
    .map((ref) => ref.replace(/^refs\/heads\/|^refs\/remotes\/[^/]+\//, ''))
    .filter((name) => name !== '' && name !== 'HEAD');
  const distinct = new Set(names);
  return distinct.size === 1 ? [...distinct][0] : undefined;
}

/** Without a remote: `main`, else `master`, where a branch of that name exists. */
async function conventionalBranch(cwd: string): Promise<string | undefined> {
  const refs = (await git(cwd, 'for-each-ref', '--format=%(refname:short)', 'refs/heads/main', 'refs/heads/master')) ?? '';
  const names = refs.split('\n');
  return ['main', 'master'].find((name) => names.includes(name));
}

async function git(cwd: string, ...args: string[]): Promise<string | undefined> {
  const result = await exec('git', args, { cwd, timeout: 10_000 });
  const text = result.stdout.trim();
  return result.exitCode === 0 && text !== '' ? text : undefined;
}
