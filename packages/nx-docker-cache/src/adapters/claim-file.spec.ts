import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { claimFile } from './claim-file';

describe('claimFile', () => {
  let folder: string;
  let path: string;
  const age = (minutes: number): void => {
    const time = Date.now() / 1000 - minutes * 60;
    utimesSync(path, time, time);
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'claim-'));
    path = join(folder, 'a/b.lock');
    execFileSync('mkdir', [join(folder, 'a')]);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('is held until it is released', async () => {
    const release = await claimFile(path);
    expect(readFileSync(path, 'utf8')).toContain(String(process.pid));
    expect(await claimFile(path)).toBeUndefined();
    await release?.();
    expect(existsSync(path)).toBe(false);
  });

  it('is taken over from a process that is gone', async () => {
    const gone = execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).trim();
    writeFileSync(path, `${gone} ${hostname()} 1`);
    expect(await claimFile(path)).toBeDefined();
  });

  it('is left to another machine for an hour', async () => {
    writeFileSync(path, '1 another-machine 1');
    expect(await claimFile(path)).toBeUndefined();
    age(61);
    expect(await claimFile(path)).toBeDefined();
  });

  it('is left to one that has just made the file', async () => {
    writeFileSync(path, '');
    expect(await claimFile(path)).toBeUndefined();
    age(1);
    expect(await claimFile(path)).toBeDefined();
  });

  it('is granted where no file can be written: there is nobody to share with', async () => {
    writeFileSync(join(folder, 'file'), '');
    const release = await claimFile(join(folder, 'file/x.lock'));
    expect(release).toBeDefined();
    await release?.();
  });

  it('does not take away what another one has claimed since', async () => {
    const release = await claimFile(path);
    writeFileSync(path, '1 another-machine 1');
    await release?.();
    expect(existsSync(path)).toBe(true);
  });

  it('goes to one of many that ask at once', async () => {
    const claims = await Promise.all(Array.from({ length: 8 }, () => claimFile(path)));
    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });
});
