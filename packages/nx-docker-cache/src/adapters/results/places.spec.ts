import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ResultPlaces } from './places';

describe('the places of results', () => {
  let folder: string;
  let root: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'places-'));
    root = join(folder, 'workspace');
    mkdirSync(root);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]) => void execFileSync('git', args, { cwd: root, stdio: 'pipe' });
  const file = (path: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
  };
  const has = (...paths: string[]): boolean[] => paths.map((path) => existsSync(join(root, path)));
  const clear = (...places: string[]) => new ResultPlaces(root).clear(places);

  it('lose what an earlier run left, folders and files, and nothing beside them', async () => {
    git('init', '-q');
    writeFileSync(join(root, '.gitignore'), 'coverage\nreport.xml\n\\[ab]\n');
    ['api/coverage/old.xml', 'api/coverage2/x', 'api/report.xml', 'api/[ab]/x', 'api/a/x'].forEach(file);
    expect(await clear('api/coverage', 'api/report.xml', 'api/[ab]', 'api/none')).toEqual({
      ...{ kept: [], problems: [] },
    });
    expect(has('api/coverage', 'api/report.xml', 'api/[ab]')).toEqual([false, false, false]);
    expect(has('api/coverage2/x', 'api/a/x')).toEqual([true, true]);
  });

  it('keep what git has, and all that lies beside it', async () => {
    git('init', '-q');
    ['api/src/a.ts', 'api/src/made.ts'].forEach(file);
    git('add', 'api/src/a.ts');
    expect(await clear('api/src')).toEqual({ kept: [], problems: [] });
    expect(has('api/src/a.ts', 'api/src/made.ts')).toEqual([true, true]);
  });

  it('keep what nobody has added to git yet, and say so', async () => {
    git('init', '-q');
    writeFileSync(join(root, '.gitignore'), 'coverage\nmade\n');
    ['api/src/a.ts', 'api/src/made/b.ts', 'api/coverage/x', 'api/nested/own/x'].forEach(file);
    git('init', '-q', 'api/nested/own');
    expect(await clear('api/src', 'api/coverage', 'api/nested', 'api/none')).toEqual({
      ...{ kept: ['api/src', 'api/nested'], problems: [] },
    });
    expect(has('api/src/a.ts', 'api/src/made/b.ts', 'api/coverage', 'api/nested/own/x')).toEqual([
      ...[true, true, false, true],
    ]);
  });

  it('keep everything where there is no git', async () => {
    file('api/coverage/old.xml');
    await clear('api/coverage');
    expect(has('api/coverage/old.xml')).toEqual([true]);
  });

  it('lose a link and not what it names, and nothing that lies behind one', async () => {
    git('init', '-q');
    mkdirSync(join(folder, 'elsewhere/coverage'), { recursive: true });
    file('api/x');
    symlinkSync(join(folder, 'elsewhere'), join(root, 'api/link'));
    writeFileSync(join(root, '.gitignore'), 'link\n');
    await clear('api/link/coverage');
    expect(existsSync(join(folder, 'elsewhere/coverage'))).toBe(true);
    await clear('api/link');
    expect([...has('api/link'), existsSync(join(folder, 'elsewhere/coverage'))]).toEqual([false, true]);
  });
});
