import type { HistoryPort } from '../../ports/workspace';
import { exec } from '../exec';

/** Questions to git that only publishing has, each one process. A git that does not answer knows nothing. */
export class GitHistory implements HistoryPort {
  readonly #cwd: string;

  constructor(cwd: string) {
    this.#cwd = cwd;
  }

  async commitDate(): Promise<number | undefined> {
    const { exitCode, stdout } = await this.#git('log', '-1', '--format=%ct');
    return exitCode === 0 && /^\d+$/.test(stdout) ? Number(stdout) * 1000 : undefined;
  }

  async branches(): Promise<readonly string[]> {
    const scopes = ['refs/heads', 'refs/remotes/origin'];
    const { exitCode, stdout } = await this.#git(
      'for-each-ref',
      '--contains=HEAD',
      '--format=%(refname)',
      ...scopes,
    );
    if (exitCode !== 0) return [];
    // What the remote has is what the service guards; a local branch may be anything in a checkout that has a remote.
    const refs = stdout.split('\n').filter((ref) => ref !== '');
    const remote = refs.flatMap((ref) => /^refs\/remotes\/origin\/(?!HEAD$)(.+)$/.exec(ref)?.[1] ?? []);
    const local = refs.flatMap((ref) => /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? []);
    return (await this.#hasRemote()) ? remote : local;
  }

  async uncommitted(): Promise<readonly string[]> {
    const answers = await Promise.all([
      this.#git('diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--relative', 'HEAD', '--'),
      this.#git('ls-files', '--others', '--exclude-standard', '-z'),
    ]);
    const paths = answers.flatMap(({ exitCode, stdout }) => (exitCode === 0 ? stdout.split('\0') : []));
    return [...new Set(paths.filter((path) => path !== ''))].sort();
  }

  async #hasRemote(): Promise<boolean> {
    const { exitCode, stdout } = await this.#git('remote');
    return exitCode === 0 && stdout.split('\n').includes('origin');
  }

  #git(...args: string[]): ReturnType<typeof exec> {
    return exec('git', args, { cwd: this.#cwd, timeout: 10_000 });
  }
}
