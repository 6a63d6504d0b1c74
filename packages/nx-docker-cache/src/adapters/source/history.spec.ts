import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitHistory } from './history';

describe('GitHistory', () => {
  let folder: string;
  const git = (...args: string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
      cwd: folder,
      stdio: 'ignore',
    });
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'git-history-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('names what is not as the commit has it, from the workspace root', async () => {
    git('init', '-q', '-b', 'main');
    mkdirSync(join(folder, 'repo/app'), { recursive: true });
    for (const name of ['same', 'changed', 'staged', 'gone', 'ä']) write(`repo/app/${name}`, '1');
    write('outside', '1');
    write('.gitignore', 'dist\n');
    git('add', '-A');
    git('commit', '-q', '-m', 'first');
    const history = new GitHistory(join(folder, 'repo'));
    expect(await history.uncommitted()).toEqual([]);
    for (const name of ['repo/app/changed', 'repo/app/staged', 'repo/app/new', 'repo/app/ä', 'outside'])
      write(name, '2');
    write('repo/dist', 'ignored');
    git('add', 'repo/app/staged');
    rmSync(join(folder, 'repo/app/gone'));
    expect(await history.uncommitted()).toEqual([
      'app/changed',
      'app/gone',
      'app/new',
      'app/staged',
      'app/ä',
    ]);
  });

  it('knows of nothing without git', async () => {
    expect(await new GitHistory(folder).uncommitted()).toEqual([]);
  });
});
