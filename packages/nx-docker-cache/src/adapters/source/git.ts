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
const CONVENTIONAL = ['main', 'master'];
/** Branches that may be the default, and what the remote calls its own. As patterns: a plain name would be a prefix. */
const DEFAULTS = ['--branches=mai[n]', '--branches=maste[r]', '--remotes=origin/HEA[D]'];

const NO_GIT: GitFacts = { git: false, commit: undefined, branch: undefined, defaultBranch: undefined };

/**
 * What git says of a folder, mostly with one process. A missing git, a missing repository and an empty one are all
 * facts, not errors.
 */
export async function gitFacts(cwd: string): Promise<GitFacts> {
  const asked = ['--is-inside-work-tree', 'HEAD', '--symbolic-full-name', 'HEAD', ...DEFAULTS];
  const { exitCode, stdout } = await git(cwd, 'rev-parse', ...asked);
  const [inside, commit, ref, ...defaults] = stdout.split('\n');
  if (inside !== 'true') return NO_GIT;
  // Without a commit the second answer is the word HEAD, and the exit code is not 0.
  if (exitCode !== 0) return unborn(cwd);
  const branch = ref?.startsWith(HEADS) === true ? ref.slice(HEADS.length) : await branchOfDetachedHead(cwd);
  return { git: true, commit, branch, defaultBranch: defaultBranchIn(defaults) };
}

/** A repository, or an orphan branch of one, without a commit. */
async function unborn(cwd: string): Promise<GitFacts> {
  const [head, refs] = await Promise.all([
    git(cwd, 'symbolic-ref', '--quiet', '--short', 'HEAD'),
    git(cwd, 'rev-parse', '--symbolic-full-name', ...DEFAULTS),
  ]);
  const branch = head.exitCode === 0 && head.stdout !== '' ? head.stdout : undefined;
  return { git: true, commit: undefined, branch, defaultBranch: defaultBranchIn(refs.stdout.split('\n')) };
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

/** What the remote calls its default; without one `main`, else `master`, where a branch of that name exists. */
function defaultBranchIn(refs: readonly string[]): string | undefined {
  const remote = refs.find((ref) => ref.startsWith(REMOTE));
  if (remote !== undefined) return remote.slice(REMOTE.length);
  return CONVENTIONAL.find((name) => refs.includes(HEADS + name));
}

function git(cwd: string, ...args: string[]): ReturnType<typeof exec> {
  return exec('git', args, { cwd, timeout: 10_000 });
}
