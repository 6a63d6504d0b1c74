import { exec } from '../exec';

export interface GitFacts {
  /** true inside a work tree. */
  readonly git: boolean;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly defaultBranch: string | undefined;
}

const HEADS = 'refs/heads/';
const REMOTE = 'refs/remotes/origin/';
const REMOTE_HEAD = `${REMOTE}HEAD`;
const CONVENTIONAL = [`${HEADS}main`, `${HEADS}master`];

const NO_GIT: GitFacts = { git: false, commit: undefined, branch: undefined, defaultBranch: undefined };

/**
 * What git says of a folder, with two processes. A missing git, a missing repository and an empty one are all
 * facts, not errors.
 */
export async function gitFacts(cwd: string): Promise<GitFacts> {
  const [head, refs] = await Promise.all([
    git(cwd, 'rev-parse', '--is-inside-work-tree', 'HEAD', '--symbolic-full-name', 'HEAD'),
    git(cwd, 'for-each-ref', '--format=%(refname) %(symref)', REMOTE_HEAD, ...CONVENTIONAL),
  ]);
  const [inside, commit, ref] = head.stdout.split('\n');
  if (inside !== 'true') return NO_GIT;
  const defaultBranch = defaultBranchIn(refs.stdout.split('\n'));
  // Without a commit the second answer is the word HEAD, and the exit code is not 0.
  if (head.exitCode !== 0)
    return { git: true, commit: undefined, branch: await unbornBranch(cwd), defaultBranch };
  const branch = ref?.startsWith(HEADS) === true ? ref.slice(HEADS.length) : await branchOfDetachedHead(cwd);
  return { git: true, commit, branch, defaultBranch };
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

async function unbornBranch(cwd: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git(cwd, 'symbolic-ref', '--quiet', '--short', 'HEAD');
  return exitCode === 0 && stdout !== '' ? stdout : undefined;
}

/** What the remote calls its default; without one `main`, else `master`, where a branch of that name exists. */
function defaultBranchIn(lines: readonly string[]): string | undefined {
  const remote = lines.find((line) => line.startsWith(`${REMOTE_HEAD} `))?.slice(REMOTE_HEAD.length + 1);
  if (remote?.startsWith(REMOTE) === true) return remote.slice(REMOTE.length);
  return CONVENTIONAL.find((ref) => lines.some((line) => line.trim() === ref))?.slice(HEADS.length);
}

function git(cwd: string, ...args: string[]): ReturnType<typeof exec> {
  return exec('git', args, { cwd, timeout: 10_000 });
}
