import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { GitChanges } from './git-changes';

const WHO = ['-c', 'user.name=t', '-c', 'user.email=t@example.org'];

describe('GitChanges', () => {
  let top: string;
  const git = (...args: string[]): string =>
    execFileSync('git', [...WHO, ...args], {
      cwd: top,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const write = (path: string, text = path): void => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  };
  const commit = (): string => {
    git('add', '--all');
    git('commit', '-q', '--allow-empty', '-m', 'x');
    return git('rev-parse', 'HEAD');
  };
  let base: string;

  beforeEach(() => {
    top = realpathSync(mkdtempSync(join(tmpdir(), 'git-changes-')));
    git('init', '-q', '-b', 'main');
    ['kept', 'gone', 'old name', 'work/space/a', 'work/space/b', 'work/shared/c'].forEach((path) =>
      write(path),
    );
    write('.gitignore', 'ignored\n');
    base = commit();
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('finds what was committed since, what was not, and what git does not know yet', async () => {
    write('work/space/a', 'other');
    git('mv', 'old name', 'new\nname');
    const head = commit();
    rmSync(join(top, 'gone'));
    write('work/space/b', 'other');
    ['untracked/x', 'ignored', 'ünïcode'].forEach((path) => write(path));
    const changes = new GitChanges(top);
    const committed = ['new\nname', 'old name', 'work/space/a'];
    expect(await changes.files({ base, head })).toEqual(committed);
    expect(await changes.files({ base, head: undefined })).toEqual(
      [...committed, 'gone', 'work/space/b', 'untracked/x', 'ünïcode'].sort(),
    );
  });

  it('counts from a workspace that is not the work tree, and names what lies outside', async () => {
    ['kept', 'work/space/a', 'work/shared/c', 'work/shared/new'].forEach((path) => write(path, 'other'));
    const changes = new GitChanges(join(top, 'work', 'space'));
    expect(await changes.files({ base, head: undefined })).toEqual([
      ...['../../kept', '../shared/c', '../shared/new', 'a'],
    ]);
    expect(await changes.textAt(base, 'a')).toBe('work/space/a');
    expect(await changes.textAt(base, '../shared/c')).toBe('work/shared/c');
    expect(await changes.textAt(base, 'nothing')).toBeUndefined();
  });

  it('does as it is told whatever the settings of the user are', async () => {
    git('config', 'diff.external', 'false');
    git('config', 'diff.renames', 'copies');
    git('config', 'diff.relative', 'true');
    git('config', 'core.quotePath', 'true');
    write('work/space/ü');
    git('mv', 'kept', 'moved');
    const changes = new GitChanges(join(top, 'work', 'space'));
    expect(await changes.files({ base, head: undefined })).toEqual(['../../kept', '../../moved', 'ü']);
  });

  it('names a submodule as one path', async () => {
    const inner = join(top, 'inner');
    mkdirSync(inner);
    execFileSync('git', ['init', '-q', inner]);
    writeFileSync(join(inner, 'a'), '');
    expect(await new GitChanges(top).files({ base, head: undefined })).toEqual(['inner']);
  });

  it.each([
    ['no setting', []],
    ['a setting of diff', ['config', 'diff.ignoreSubmodules', 'all']],
    ['a setting of the submodule', ['config', 'submodule.inner.ignore', 'all']],
    ['a setting of status', ['-C', 'inner', 'config', 'status.showUntrackedFiles', 'no']],
  ])('sees what a submodule has and git does not know yet, with %s', async (_, setting) => {
    const origin = join(top, '..', `${top.split('/').at(-1)}-inner`);
    execFileSync('git', ['init', '-q', origin]);
    execFileSync(
      ...(['git', [...WHO, 'commit', '-q', '--allow-empty', '-m', 'x'], { cwd: origin }] as const),
    );
    try {
      git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', origin, 'inner');
      base = commit();
      if (setting.length > 0) git(...setting);
      const changes = new GitChanges(top);
      expect(await changes.files({ base, head: undefined })).toEqual([]);
      write('inner/new');
      expect(await changes.files({ base, head: undefined })).toEqual(['inner']);
    } finally {
      rmSync(origin, { recursive: true, force: true });
    }
  });

  it('knows commits by any name, and where two of them left each other', async () => {
    git('checkout', '-q', '-b', 'feature');
    write('of the branch');
    const feature = commit();
    git('checkout', '-q', 'main');
    const main = commit();
    const changes = new GitChanges(top);
    expect([await changes.commit('main'), await changes.commit('refs/heads/feature')]).toEqual([
      main,
      feature,
    ]);
    expect([await changes.commit('--all'), await changes.commit('nothing')]).toEqual([undefined, undefined]);
    expect(await changes.mergeBase('feature', 'main')).toBe(base);
    expect(await changes.isShallow()).toBe(false);
  });

  it('says that a clone is shallow', async () => {
    commit();
    git('clone', '-q', '--depth', '1', `file://${top}`, join(top, 'clone'));
    const changes = new GitChanges(join(top, 'clone'));
    expect([await changes.isShallow(), await changes.commit('HEAD~1')]).toEqual([true, undefined]);
  });

  it('refuses a folder without a repository, and a base that is none', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-git-'));
    try {
      await expect(new GitChanges(folder).commit('HEAD')).rejects.toMatchObject({ code: 'NO_GIT' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'] = '1';
    try {
      await expect(new GitChanges(top).commit('HEAD')).rejects.toMatchObject({
        code: 'NO_GIT',
        found: expect.stringContaining('safe.directory') as unknown,
      });
    } finally {
      delete process.env['GIT_TEST_ASSUME_DIFFERENT_OWNER'];
    }
    const asked = new GitChanges(top).files({ base: 'nothing', head: undefined });
    await expect(asked).rejects.toMatchObject({ code: 'NO_GIT', found: expect.stringContaining('nothing') });
  });
});
