import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Header } from 'tar';
import { pack } from './pack';
import { unpack } from './unpack';

let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpack-'));
  root = join(folder, 'workspace');
  mkdirSync(root);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Entry = ConstructorParameters<typeof Header>[0] & { text?: string };

/** A tar archive of any entries, such as no honest program would write. */
function archive(...entries: Entry[]): Readable {
  const blocks = entries.map(({ text = '', ...head }) => {
    const header = new Header({
      mode: 0o644,
      type: 'File',
      size: Buffer.byteLength(text),
      mtime: new Date(0),
      ...(head as object),
    });
    header.encode();
    const body = Buffer.from(text);
    return Buffer.concat([header.block!, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  });
  return Readable.from([Buffer.concat([...blocks, Buffer.alloc(1024)])]);
}

const copied = (...entries: Entry[]) =>
  unpack(archive(...entries), { root, places: ['api/coverage'], rename: 'api/coverage' });

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('what a container holds', () => {
  it('comes to its place, under its own name', async () => {
    const result = await copied(
      { path: 'cov/', type: 'Directory', mode: 0o755 },
      { path: 'cov/a.txt', text: 'one' },
      { path: 'cov/sub/b.txt', text: 'two', mode: 0o755 },
    );
    expect(result).toEqual({
      paths: ['api/coverage/a.txt', 'api/coverage/sub/b.txt'],
      bytes: 6,
      refused: [],
    });
    expect([read('api/coverage/a.txt'), read('api/coverage/sub/b.txt')]).toEqual(['one', 'two']);
    expect(statSync(join(root, 'api/coverage/sub/b.txt')).mode & 0o777).toBe(0o755);
  });

  it('may be one file', async () => {
    expect((await copied({ path: 'report.xml', text: 'x' })).paths).toEqual(['api/coverage']);
    expect(read('api/coverage')).toBe('x');
  });

  it('replaces what was there, and leaves alone what is not in it', async () => {
    mkdirSync(join(root, 'api/coverage'), { recursive: true });
    writeFileSync(join(root, 'api/coverage/a'), 'old');
    writeFileSync(join(root, 'api/coverage/kept'), 'kept');
    await copied({ path: 'cov/a', text: 'new' });
    expect([read('api/coverage/a'), read('api/coverage/kept')]).toEqual(['new', 'kept']);
  });

  it('keeps links within itself', async () => {
    const { refused } = await copied(
      { path: 'cov/a', text: 'one' },
      { path: 'cov/same', type: 'Link', linkpath: 'cov/a' },
      { path: 'cov/sub/soft', type: 'SymbolicLink', linkpath: '../a' },
    );
    expect(refused).toEqual([]);
    expect(read('api/coverage/same')).toBe('one');
    expect(readlinkSync(join(root, 'api/coverage/sub/soft'))).toBe('../a');
    expect(read('api/coverage/sub/soft')).toBe('one');
  });

  it('has no set-uid bit, no foreign owner, and can be removed again', async () => {
    await copied(
      { path: 'cov/', type: 'Directory', mode: 0o000, uid: 12345, gid: 12345 },
      { path: 'cov/tool', text: 'x', mode: 0o6111, uid: 12345, gid: 12345 },
    );
    const { mode, uid } = statSync(join(root, 'api/coverage/tool'));
    expect(mode & 0o7777).toBe(0o711);
    expect(uid).toBe(process.getuid!());
    expect(statSync(join(root, 'api/coverage')).mode & 0o700).toBe(0o700);
  });
});

describe('what would leave its place is left out:', () => {
  it.each<[string, Entry]>([
    ['a path with ..', { path: 'cov/../../../escaped', text: 'x' }],
    ['another project', { path: 'cov/../../other/x', text: 'x' }],
    ['a neighbour with the same beginning', { path: 'cov/../coverage2', text: 'x' }],
    ['an absolute link', { path: 'cov/l', type: 'SymbolicLink', linkpath: '/etc/passwd' }],
    ['a relative link', { path: 'cov/l', type: 'SymbolicLink', linkpath: '../../../x' }],
    ['a link to a neighbour', { path: 'cov/l', type: 'SymbolicLink', linkpath: '../project.json' }],
    ['a link that climbs through another', { path: 'cov/l', type: 'SymbolicLink', linkpath: 'd/l1/../../x' }],
    ['a second name of a file elsewhere', { path: 'cov/l', type: 'Link', linkpath: '../../secret' }],
    ['a second name by an absolute path', { path: 'cov/l', type: 'Link', linkpath: '/etc/passwd' }],
    ['a device', { path: 'cov/d', type: 'CharacterDevice' }],
    ['a pipe', { path: 'cov/p', type: 'FIFO' }],
  ])('%s', async (_, entry) => {
    writeFileSync(join(folder, 'secret'), 'secret');
    const { paths, refused } = await copied(entry, { path: 'cov/fine', text: 'fine' });
    expect({ paths, refused }).toEqual({ paths: ['api/coverage/fine'], refused: [expect.any(String)] });
    for (const path of [
      'api/coverage/l',
      'api/coverage/d',
      'api/coverage/p',
      'api/coverage2',
      'other/x',
      '../escaped',
    ])
      expect(existsSync(join(root, path))).toBe(false);
  });

  it('a file through a link of the archive itself', async () => {
    const { paths } = await copied(
      { path: 'cov/out', type: 'SymbolicLink', linkpath: '../../..' },
      { path: 'cov/out/escaped', text: 'x' },
    );
    expect(existsSync(join(folder, 'escaped'))).toBe(false);
    expect(paths).toEqual(['api/coverage/out/escaped']);
  });

  it('a file through a link that the workspace has', async () => {
    mkdirSync(join(folder, 'elsewhere'));
    mkdirSync(join(root, 'api/coverage'), { recursive: true });
    symlinkSync(join(folder, 'elsewhere'), join(root, 'api/coverage/sub'));
    const { paths, refused } = await copied({ path: 'cov/sub/x', text: 'x' });
    expect(existsSync(join(folder, 'elsewhere/x'))).toBe(false);
    expect({ paths, refused: refused.length }).toEqual({ paths: [], refused: 1 });
  });

  it('a file in the place of a link that the workspace has: the link goes, not what it names', async () => {
    writeFileSync(join(folder, 'precious'), 'precious');
    mkdirSync(join(root, 'api'));
    symlinkSync(join(folder, 'precious'), join(root, 'api/coverage'));
    await copied({ path: 'report', text: 'x' });
    expect(lstatSync(join(root, 'api/coverage')).isFile()).toBe(true);
    expect(readFileSync(join(folder, 'precious'), 'utf8')).toBe('precious');
  });
});

it('what is no archive is told', async () => {
  const input = { root, places: ['x'], rename: 'x' };
  const { paths, refused } = await unpack(Readable.from([Buffer.from('no tar at all'.repeat(100))]), input);
  expect(paths).toEqual([]);
  expect(refused).not.toEqual([]);
});

describe('a packed result', () => {
  it('comes back as it was, and only to the places that were asked for', async () => {
    const { paths } = await copied(
      { path: 'cov/@at', text: 'odd name' },
      { path: 'cov/run.sh', text: 'run', mode: 0o755 },
      { path: 'cov/link', type: 'SymbolicLink', linkpath: 'run.sh' },
    );
    const bytes = await pack(root, paths);
    expect(await pack(root, paths)).toEqual(bytes);
    rmSync(join(root, 'api'), { recursive: true });
    const restored = await unpack(Readable.from([bytes]), { root, places: ['api/coverage'] });
    expect(restored).toMatchObject({ paths, refused: [] });
    expect(read('api/coverage/@at')).toBe('odd name');
    expect(statSync(join(root, 'api/coverage/run.sh')).mode & 0o777).toBe(0o755);
    expect(readlinkSync(join(root, 'api/coverage/link'))).toBe('run.sh');
    const elsewhere = await unpack(Readable.from([bytes]), { root, places: ['api/other'] });
    expect(elsewhere.paths).toEqual([]);
    expect(elsewhere.refused).toHaveLength(3);
  });
});
