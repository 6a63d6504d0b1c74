import { posix } from 'node:path';
import { DockerCacheError } from '../../errors';
import type { ChangeRange, ChangesPort } from '../../ports/changes';
import { exec } from '../exec';

const TIMEOUT_MS = 60_000;
/** Settings of a user that would change what is printed. */
const DIFF = [
  ...['diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--no-relative'],
  // Docker copies what a submodule has and git does not know yet.
  '--ignore-submodules=none',
];

/** A user may have turned it off, which would hide them in submodules. */
const UNTRACKED = ['-c', 'status.showUntrackedFiles=normal'];

interface Place {
  /** Absolute path of the work tree. */
  readonly top: string;
  /** The workspace root as seen from there, with a slash at its end; '' for the work tree itself. */
  readonly prefix: string;
}

export class GitChanges implements ChangesPort {
  readonly #root: string;
  #found: Promise<Place> | undefined;

  /** @param root of the workspace, absolute */
  constructor(root: string) {
    this.#root = root;
  }

  async commit(name: string): Promise<string | undefined> {
    const { top } = await this.#place();
    const asked = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const { exitCode, stdout } = await git(top, asked);
    return exitCode === 0 ? stdout : undefined;
  }

  async mergeBase(left: string, right: string): Promise<string | undefined> {
    const { top } = await this.#place();
    const { exitCode, stdout } = await git(top, ['merge-base', left, right]);
    return exitCode === 0 && stdout !== '' ? stdout : undefined;
  }

  async isShallow(): Promise<boolean> {
    const { top } = await this.#place();
    return (await git(top, ['rev-parse', '--is-shallow-repository'])).stdout === 'true';
  }

  async files({ base, head }: ChangeRange): Promise<readonly string[]> {
    const { top, prefix } = await this.#place();
    const range = head === undefined ? [base] : [base, head];
    const [changed, untracked] = await Promise.all([
      lines(top, [...DIFF, ...range, '--']),
      head === undefined ? lines(top, ['ls-files', '--others', '--exclude-standard', '-z']) : [],
    ]);
    const paths = [...changed, ...untracked].map((path) => seenFrom(prefix, path.replace(/\/$/, '')));
    return [...new Set(paths)].sort();
  }

  async textAt(commit: string, path: string): Promise<string | undefined> {
    const { top, prefix } = await this.#place();
    const { exitCode, stdout } = await git(top, ['show', `${commit}:${posix.join(prefix, path)}`]);
    return exitCode === 0 ? stdout : undefined;
  }

  #place(): Promise<Place> {
    this.#found ??= placeOf(this.#root);
    return this.#found;
  }
}

async function placeOf(root: string): Promise<Place> {
  const { exitCode, stdout, stderr, notFound } = await git(root, [
    'rev-parse',
    '--show-toplevel',
    '--show-prefix',
  ]);
  if (exitCode !== 0) {
    throw new DockerCacheError({
      code: 'NO_GIT',
      message: 'what changed is a question to git, and there is no repository to ask',
      expected: `a git work tree at ${root}`,
      // All of it: of a checkout that is another user's, as containers of CI have it, git says what to do.
      found: notFound ? 'no git on this machine' : saidBy(stderr),
      hint: notFound
        ? 'Install git.'
        : 'Do what git says, or check the folder out with git; without that, name the projects to build.',
    });
  }
  const [top = root, prefix = ''] = stdout.split('\n');
  return { top, prefix };
}

function saidBy(stderr: string): string {
  const lines = stderr.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  return lines.length === 0 ? 'nothing' : lines.slice(0, 6).join('\n');
}

/** A path of the work tree as the workspace calls it. */
function seenFrom(prefix: string, path: string): string {
  return path.startsWith(prefix) ? path.slice(prefix.length) : posix.relative(prefix, path);
}

/** @throws DockerCacheError NO_GIT: it was there a moment ago */
async function lines(cwd: string, args: readonly string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await git(cwd, args);
  if (exitCode === 0) return stdout.split('\0').filter((path) => path !== '');
  throw new DockerCacheError({
    code: 'NO_GIT',
    message: 'git could not say what changed',
    expected: `an answer of git ${args[0]} within ${TIMEOUT_MS / 1000} s`,
    found: stderr.split('\n')[0] || `exit code ${exitCode}`,
    hint: 'Run `git status` in the same folder, and correct what it complains about.',
  });
}

function git(cwd: string, args: readonly string[]): ReturnType<typeof exec> {
  return exec('git', [...UNTRACKED, ...args], { cwd, timeout: TIMEOUT_MS });
}
