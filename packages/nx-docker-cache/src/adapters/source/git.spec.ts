import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitFacts } from './git';

describe('gitFacts', () => {
  let folder: string;
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const commit = (message: string): string => {
    git('commit', '-q', '--allow-empty', '-m', message);
    return git('rev-parse', 'HEAD');
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'git-facts-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('says so where there is no repository', async () => {
    expect(await gitFacts(folder)).toEqual({ git: false });
  });

  it('knows the branch of a repository without a commit', async () => {
    git('init', '-q', '-b', 'trunk');
    expect(await gitFacts(folder)).toEqual({ git: true, branch: 'trunk' });
  });

  it('reads commit, branch and the conventional default branch', async () => {
    git('init', '-q', '-b', 'master');
    const sha = commit('first');
    git('checkout', '-q', '-b', 'feature/x');
    expect(await gitFacts(folder)).toEqual({
      git: true,
      commit: sha,
      branch: 'feature/x',
      defaultBranch: 'master',
    });
  });

  it("takes the remote's default branch where there is one, and a branch that shares a tag's name", async () => {
    git('init', '-q', '-b', 'main');
    const sha = commit('first');
    git('tag', 'main');
    git('update-ref', 'refs/remotes/origin/develop', sha);
    git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/develop');
    expect(await gitFacts(folder)).toEqual({
      git: true,
      commit: sha,
      branch: 'main',
      defaultBranch: 'develop',
    });
  });

  it('names the branch of a detached HEAD only where exactly one branch points at it', async () => {
    git('init', '-q', '-b', 'main');
    const sha = commit('first');
    git('checkout', '-q', '--detach');
    expect(await gitFacts(folder)).toMatchObject({ commit: sha, branch: 'main' });
    git('branch', 'other');
    expect((await gitFacts(folder)).branch).toBeUndefined();
  });
});
