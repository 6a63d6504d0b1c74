import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  matchEntry,
  mayContainIncluded,
  opensFiles,
  parseIgnore,
  type FolderMatches,
} from '../../dockerfile';
import type { ContentSnapshot } from '../../model/content';
import type { SnapshotRequest } from '../../ports/content';
import { ContentReader } from './content-reader';

const NOT_FOUND = 'it cannot be found, or its name is no UTF-8';
const SHA_OF_A = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'content-reader-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

function filterOf(ignore: string): SnapshotRequest['filter'] {
  const rules = parseIgnore(ignore);
  return {
    step: (path, state) => {
      const { ignored, matches } = matchEntry(rules, path, state as FolderMatches | undefined);
      return { ignored, state: matches };
    },
    mayContain: (folder) => mayContainIncluded(rules, folder),
    opens: opensFiles(rules),
  };
}

function read(roots: string[], ignore = '', more: Partial<SnapshotRequest> = {}): Promise<ContentSnapshot> {
  return ContentReader.at(join(root, '../digests.json')).snapshot({
    context: root,
    roots,
    filter: filterOf(ignore),
    follow: () => false,
    rules: ignore,
    remember: false,
    ...more,
  });
}

const paths = ({ entries }: ContentSnapshot): string[] => entries.map(({ path }) => path);

describe('a snapshot', () => {
  it('holds files with mode, size and digest, and folders with their mode', async () => {
    write('src/a.txt', 'a');
    chmodSync(join(root, 'src'), 0o750);
    chmodSync(join(root, 'src/a.txt'), 0o4755);
    const { entries, problems } = await read(['src']);
    expect(problems).toEqual([]);
    expect(entries).toEqual([
      { path: 'src', kind: 'folder', mode: 0o750, content: '', size: 0, changed: expect.any(Number) },
      {
        path: 'src/a.txt',
        kind: 'file',
        mode: 0o4755,
        content: SHA_OF_A,
        size: 1,
        changed: expect.any(Number),
      },
    ]);
  });

  it('is sorted so that all of a folder stands together', async () => {
    for (const path of ['a/b', 'a-b', 'a.b', 'a0', 'a/b.c', 'a/b/c'.replace('b/c', 'd/e')]) write(path);
    expect(paths(await read(['.']))).toEqual(['a', 'a-b', 'a.b', 'a/b', 'a/b.c', 'a/d', 'a/d/e', 'a0']);
  });

  it('reads nothing but what is asked for, and nothing twice', async () => {
    write('src/a', 'a');
    write('docs/b', 'b');
    expect(paths(await read(['src', 'src/a', './src/']))).toEqual(['src', 'src/a']);
  });

  it('is empty for what is not there', async () => {
    write('file');
    expect(await read(['gone', 'gone/deeper', 'file/inside'])).toMatchObject({ entries: [], problems: [] });
  });

  it('does not change with times', async () => {
    write('a', 'a');
    const before = await read(['a']);
    execFileSync('touch', ['-d', '2001-01-01', join(root, 'a')]);
    expect((await read(['a'])).entries).toEqual([{ ...before.entries[0], changed: expect.any(Number) }]);
  });

  it('tells when something was changed last, the context’s own folder too', async () => {
    write('a', 'a');
    await new Promise((resolve) => setTimeout(resolve, 30));
    const before = Date.now() - 10;
    write('b', 'b');
    const { entries, changed } = await read(['.']);
    expect(entries[0]?.changed).toBeLessThan(before);
    expect(entries[1]?.changed).toBeGreaterThan(before);
    expect(changed).toBeGreaterThan(before);
    expect((await read(['a'])).changed).toBe(0);
  });
});

describe('ignore rules', () => {
  it('leave out files, folders and all that lies in them', async () => {
    for (const path of ['a.md', 'b.txt', 'docs/c.md', 'docs/deep/d.md', 'node_modules/x/y']) write(path);
    expect(paths(await read(['.'], '**/*.md\nnode_modules'))).toEqual(['b.txt', 'docs', 'docs/deep']);
  });

  it('let exceptions in, with the folders above them', async () => {
    for (const path of ['a/b/c.txt', 'a/b/d.txt', 'a/e/f.txt', 'g.txt']) write(path);
    expect(paths(await read(['.'], '**\n!a/b/c.txt'))).toEqual(['a', 'a/b', 'a/b/c.txt']);
  });

  it('leave out an ignored folder that an exception only seemed to reach', async () => {
    write('a/b/d.txt');
    expect(paths(await read(['a/b', 'a', '.'], '**\n!a/b/c.txt'))).toEqual([]);
  });

  it('keep what is written beside an exception from looking like a change', async () => {
    write('lib/src/a', 'a');
    const { entries } = await read(['lib'], '**\n!lib/src\n');
    expect(entries.map(({ path, changed }) => [path, changed > 0])).toEqual([
      ['lib', false],
      ['lib/src', true],
      ['lib/src/a', true],
    ]);
  });

  it('hold for a source inside an ignored folder', async () => {
    write('dist/main.js');
    write('dist/main.map');
    expect(paths(await read(['dist/main.js', 'dist/main.map'], 'dist\n!dist/*.js'))).toEqual([
      'dist/main.js',
    ]);
  });
});

describe('symbolic links', () => {
  it('inside a source are what they are', async () => {
    write('data/real', 'a');
    link('src/l', '../data/real');
    expect((await read(['src'])).entries[1]).toMatchObject({
      path: 'src/l',
      kind: 'link',
      mode: 0o777,
      content: '../data/real',
      size: 0,
    });
    expect(paths(await read(['src']))).toEqual(['src', 'src/l']);
  });

  it('are followed where a source is one', async () => {
    write('data/real/x', 'a');
    link('l', 'data/real');
    const snapshot = await read(['l']);
    expect(paths(snapshot)).toEqual(['data/real', 'data/real/x', 'l']);
    expect(snapshot.aliases.get('l')).toEqual({ links: ['l'], resolved: 'data/real' });
  });

  it('are followed on the way, over chains and from the context’s root', async () => {
    write('data/real/x', 'a');
    link('one', 'two');
    link('two', '/data');
    const snapshot = await read(['one/real/x']);
    expect(snapshot.aliases.get('one/real/x')).toEqual({ links: ['one', 'two'], resolved: 'data/real/x' });
    expect(paths(snapshot)).toEqual(['data/real/x', 'one', 'two']);
  });

  it('do not lead out of the context, as BuildKit takes its root for theirs', async () => {
    write('x', 'a');
    link('a/l', '../../../x');
    expect((await read(['a/l'])).aliases.get('a/l')).toEqual({ links: ['a/l'], resolved: 'x' });
    link('up', '..');
    expect((await read(['up'])).aliases.get('up')).toEqual({ links: ['up'], resolved: '.' });
  });

  it('that dangle lead to nothing', async () => {
    link('l', 'gone/deeper');
    const snapshot = await read(['l']);
    expect(paths(snapshot)).toEqual(['l']);
    expect(snapshot.aliases.get('l')).toEqual({ links: ['l'], resolved: 'gone/deeper' });
  });

  it('that form a loop are a problem', async () => {
    link('a', 'b');
    link('b', 'a');
    expect((await read(['a'])).problems).toEqual([{ path: 'a', message: 'too many symbolic links' }]);
  });

  it('are followed where a wildcard matches them', async () => {
    write('data/real/x', 'a');
    link('src/l.txt', '../data/real');
    link('src/other', '../data');
    const snapshot = await read(['src'], '', { follow: (path) => path === 'src/l.txt' });
    expect(paths(snapshot)).toEqual(['data/real', 'data/real/x', 'src', 'src/l.txt', 'src/other']);
    expect([...snapshot.aliases.keys()]).toEqual(['src/l.txt']);
  });

  it('to what is ignored lead to nothing', async () => {
    write('data/real', 'a');
    link('l', 'data/real');
    expect(paths(await read(['l'], 'data'))).toEqual(['l']);
  });
});

describe('what is no plain file', () => {
  it('an ignored one is not there, and nothing behind it is read', async () => {
    write('data/real', 'x');
    link('src/l', '/data');
    link('one', 'two');
    link('two', 'data');
    expect(await read(['src/l'], 'src')).toMatchObject({ entries: [], problems: [] });
    expect((await read(['src/l/real'], 'src\n!src/l/real')).entries).toEqual([]);
    const snapshot = await read(['one'], 'two');
    expect(paths(snapshot)).toEqual(['one']);
    expect(snapshot.aliases.get('one')).toEqual({ links: ['one'], resolved: 'two' });
  });

  it('a hard link is a file of its own', async () => {
    write('a', 'a');
    linkSync(join(root, 'a'), join(root, 'b'));
    expect((await read(['.'])).entries.map(({ content }) => content)).toEqual([SHA_OF_A, SHA_OF_A]);
  });

  it('a pipe is not opened', async () => {
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect((await read(['.'])).entries).toMatchObject([{ path: 'pipe', kind: 'other', size: 0 }]);
  });

  it('a socket is not mistaken for a pipe', async () => {
    execFileSync('mkfifo', [join(root, 'a-pipe')]);
    const server = createServer().listen(join(root, 'b-socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const [pipe, socket] = (await read(['.'])).entries;
    server.close();
    expect(socket).toMatchObject({ path: 'b-socket', kind: 'other' });
    expect(socket?.content).not.toBe(pipe?.content);
  });

  it('a name that is no UTF-8 is a problem, not left out', async () => {
    writeFileSync(Buffer.concat([Buffer.from(`${root}/x`), Buffer.from([0xff])]), '');
    const { entries, problems } = await read(['.']);
    expect(entries).toEqual([]);
    expect(problems).toEqual([{ path: expect.stringMatching(/^x/), message: NOT_FOUND }]);
    // Another file may have the very name that stands for it.
    writeFileSync(join(root, 'x\uFFFD'), '');
    expect((await read(['.'])).problems).toContainEqual({ path: 'x\uFFFD', message: NOT_FOUND });
  });

  it('a link to such a name is one as well', async () => {
    execFileSync('ln', ['-s', Buffer.from([0x61, 0xff]).toString('latin1'), join(root, 'l')]);
    symlinkSync(Buffer.from([0x61, 0xff]), join(root, 'm'));
    expect((await read(['.'])).problems).toEqual([{ path: 'm', message: 'its target is no UTF-8' }]);
  });

  it('a file that BuildKit would send without its content is a problem', async () => {
    write('src/lib/a', 'a');
    write('src/b', 'b');
    const { problems, entries } = await read(['.'], 'src\n!src/lib\nsrc');
    expect(entries.map(({ path }) => path)).toEqual(['src', 'src/lib', 'src/lib/a']);
    expect(problems).toEqual([{ path: 'src/lib/a', message: expect.stringContaining('empty file') }]);
  });

  it('a file that goes away meanwhile is a problem', async () => {
    write('a', 'a');
    const filter = {
      step: (path: string) => {
        rmSync(join(root, path));
        return { ignored: false, state: undefined };
      },
      mayContain: () => true,
      opens: () => true,
    };
    const { problems } = await read(['.'], '', { filter });
    expect(problems).toEqual([{ path: 'a', message: expect.stringContaining('ENOENT') }]);
  });

  it('names with blanks, quotes and line ends are names', async () => {
    const names = [' ', '"', "a'b", 'a\nb', '[x]', '*', '\\', 'ü'];
    for (const name of names) write(name);
    expect(paths(await read(['.'])).sort()).toEqual([...names].sort());
  });
});

it('counts files and bytes that are sent without reading them, what links lead to included', async () => {
  write('src/a.txt', 'four');
  write('src/b.md', 'not counted');
  write('src/gone/c.txt', 'not there');
  write('far/d.txt', 'and ten more');
  link('link', 'far');
  chmodSync(join(root, 'src/a.txt'), 0o000);
  const measured = await ContentReader.at(join(root, '../digests.json')).measure({
    ...{ context: root, roots: ['src', 'link'], filter: filterOf('src/gone'), follow: () => false },
    counts: (path) => path.endsWith('.txt'),
  });
  expect(measured).toEqual({ files: 2, bytes: 4 + 12 });
});

describe('at one look', () => {
  const request: SnapshotRequest = {
    context: '',
    roots: ['.'],
    filter: filterOf(''),
    follow: () => false,
    rules: '',
    remember: false,
  };
  const contents = ({ entries }: ContentSnapshot): string[] =>
    entries.map(({ path, content }) => path + content);

  it('is what it was at the first, whatever has changed since', async () => {
    write('src/a.txt', 'a');
    const reader = ContentReader.at(join(root, '../digests.json'));
    const still = reader.atOneLook();
    const first = contents(await still.snapshot({ ...request, context: root }));
    write('src/a.txt', 'b');
    write('src/b.txt', 'b');
    expect(contents(await still.snapshot({ ...request, context: root }))).toEqual(first);
    expect(contents(await reader.snapshot({ ...request, context: root }))).not.toEqual(first);
    expect(contents(await reader.atOneLook().snapshot({ ...request, context: root }))).toEqual(
      contents(await reader.snapshot({ ...request, context: root })),
    );
  });

  it('is shared by contexts that lie in each other', async () => {
    write('src/a.txt', 'a');
    const still = ContentReader.at(join(root, '../digests.json')).atOneLook();
    const [whole] = (await still.snapshot({ ...request, context: root })).entries.slice(-1);
    write('src/a.txt', 'b');
    const [inner] = (await still.snapshot({ ...request, context: join(root, 'src') })).entries.slice(-1);
    expect(inner?.content).toBe(whole?.content);
    expect([inner?.path, whole?.path]).toEqual(['a.txt', 'src/a.txt']);
  });

  it('is read once for those who ask for the same, and again where rules, roots or context differ', async () => {
    for (const path of ['src/a.txt', 'src/b.md', 'lib/a.txt']) write(path, path);
    link('src/to', '../lib');
    const reader = ContentReader.at(join(root, '../digests.json'));
    const still = reader.atOneLook();
    const asked: Partial<SnapshotRequest>[] = [
      {},
      { rules: '**/*.md', filter: filterOf('**/*.md') },
      // An exception behind which a rule comes again: BuildKit does not open what it sends.
      { rules: 'src\n!src/a.txt\nsrc', filter: filterOf('src\n!src/a.txt\nsrc') },
      { roots: ['src'] },
      { rules: '*', follow: () => true },
      { context: join(root, 'src') },
    ];
    const all = asked.map((more) => ({ ...request, context: root, ...more }));
    const apart = await Promise.all(all.map((one) => reader.snapshot(one)));
    for (const turn of [1, 2]) {
      const together = await Promise.all(all.map((one) => still.snapshot(one)));
      expect([turn, together]).toEqual([turn, apart]);
    }
    expect(await still.snapshot(all[0]!)).toBe(await still.snapshot(all[0]!));
  });
});
