import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesAdapter } from './files';

describe('FilesAdapter', () => {
  let root: string;
  let files: FilesAdapter;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'files-'));
    files = new FilesAdapter(root);
    mkdirSync(join(root, 'a'));
    writeFileSync(join(root, 'a/x.txt'), 'ä\n');
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('reads files of the workspace, and absolute ones', async () => {
    expect(await files.readText('a/x.txt')).toBe('ä\n');
    expect(await files.readText(join(root, 'a/x.txt'))).toBe('ä\n');
    expect(await files.readText('a/none')).toBeUndefined();
    expect(await files.readText('a/x.txt/below')).toBeUndefined();
    await expect(files.readText('a')).rejects.toMatchObject({ code: 'EISDIR' });
  });

  it('tells files, folders and nothing apart', () => {
    expect([files.kind('a'), files.kind('a/x.txt'), files.kind('b'), files.kind('.')]).toEqual([
      'folder',
      'file',
      undefined,
      'folder',
    ]);
  });

  it('lists names in order, none where there is no folder', async () => {
    writeFileSync(join(root, 'a/b.txt'), '');
    expect(await files.list('a')).toEqual(['b.txt', 'x.txt']);
    expect(await files.list('none')).toEqual([]);
  });

  it('writes whole files, folders included, and leaves nothing half', async () => {
    await files.writeAtomic('new/deep/r.json', '{}');
    expect(readFileSync(join(root, 'new/deep/r.json'), 'utf8')).toBe('{}');
    await files.writeAtomic('new/deep/r.json', '{"a":1}');
    expect(readdirSync(join(root, 'new/deep'))).toEqual(['r.json']);
    mkdirSync(join(root, 'new/taken'));
    await expect(files.writeAtomic('new/taken', 'x')).rejects.toThrow();
    expect(readdirSync(join(root, 'new'))).toEqual(['deep', 'taken']);
  });

  it('proves that a folder can be written', async () => {
    await files.ensureWritable('fresh/folder');
    expect(files.kind('fresh/folder')).toBe('folder');
    await expect(files.ensureWritable('a/x.txt/below')).rejects.toThrow();
    chmodSync(join(root, 'a'), 0o555);
    const isRoot = process.getuid?.() === 0;
    const attempt = files.ensureWritable('a');
    // The superuser may write anywhere.
    await (isRoot
      ? expect(attempt).resolves.toBeUndefined()
      : expect(attempt).rejects.toMatchObject({ code: 'EACCES' }));
    chmodSync(join(root, 'a'), 0o755);
  });
});
