import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DigestCache } from './digest-cache';

const RACY_MS = 60;
let folder: string;
let state: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'digest-cache-'));
  state = join(folder, 'state/digests.json');
  file = join(folder, 'file');
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

const sha = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A file system clock that is this far ahead of the file: nothing is racy any more. */
function settle(ms = 10_000): void {
  const now = Date.now() + ms;
  jest.spyOn(Date, 'now').mockReturnValue(now);
}

/** Digests all files with a cache of its own, as the next run would. */
function run(...paths: string[]): string[] {
  const cache = new DigestCache(state, RACY_MS);
  const digests = paths.map((path) => cache.digest(path, lstatSync(path)));
  cache.save();
  return digests;
}

const remembered = (): Record<string, string> =>
  existsSync(state)
    ? (JSON.parse(readFileSync(state, 'utf8')) as { files: Record<string, string> }).files
    : {};

/** Puts another digest in the place of the remembered one: who reads the cache is found out by it. */
function forge(path: string): void {
  const files = remembered();
  const stamp = files[path]!.split(' ')[0]!;
  writeFileSync(state, JSON.stringify({ version: 2, files: { ...files, [path]: `${stamp} forged` } }));
}

/** ctime cannot be set, so it is waited for. */
const afterRacyTime = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, RACY_MS + 20));

describe('a file’s digest', () => {
  it.each([0, 1, 1 << 20, (1 << 20) + 1, 3_500_000])('is its sha256, at %d bytes', (size) => {
    const data = randomBytes(size);
    writeFileSync(file, data);
    expect(run(file)).toEqual([sha(data)]);
  });

  it('is read again where the file was changed, its size and times kept', () => {
    writeFileSync(file, 'one');
    const { atime, mtime } = lstatSync(file);
    run(file);
    writeFileSync(file, 'two');
    utimesSync(file, atime, mtime);
    expect(run(file)).toEqual([sha('two')]);
  });

  it('that is young is not remembered: it could change without a trace', () => {
    writeFileSync(file, 'one');
    run(file);
    expect(remembered()).toEqual({});
    expect(existsSync(join(folder, 'state')) ? readdirSync(join(folder, 'state')) : []).toEqual([]);
  });

  it('is not remembered later either, when it was young as it was read', async () => {
    writeFileSync(file, 'one');
    const cache = new DigestCache(state, RACY_MS);
    const stats = lstatSync(file);
    cache.digest(file, stats);
    // The clock that stamps files may tick once a second: a change behind the read, and the times of before.
    writeFileSync(file, 'two');
    utimesSync(file, stats.atime, stats.mtime);
    await afterRacyTime();
    cache.save();
    expect(remembered()).toEqual({});
  });

  it('is not believed to be old because this machine’s clock is ahead of the file system’s', () => {
    settle();
    writeFileSync(file, 'one');
    run(file);
    expect(remembered()).toEqual({});
  });
});

describe('a file that is old enough', () => {
  beforeEach(async () => {
    writeFileSync(file, 'one');
    await afterRacyTime();
    run(file);
  });

  it('is remembered, and not read again', () => {
    forge(file);
    expect(run(file)).toEqual(['forged']);
  });

  it.each<[string, () => void]>([
    ['its content was changed', () => writeFileSync(file, 'two')],
    [
      'it was changed and its times were put back',
      () => {
        const { atime, mtime } = lstatSync(file);
        writeFileSync(file, 'two');
        utimesSync(file, atime, mtime);
      },
    ],
    [
      'another file took its place',
      () => {
        writeFileSync(`${file}.new`, 'two');
        renameSync(`${file}.new`, file);
      },
    ],
    ['its mode was changed', () => chmodSync(file, 0o600)],
  ])('is read again where %s', (_, change) => {
    forge(file);
    change();
    expect(run(file)).toEqual([sha(readFileSync(file))]);
  });

  it('stays remembered while other files are asked for', async () => {
    const other = join(folder, 'other');
    writeFileSync(other, 'other');
    await afterRacyTime();
    run(other);
    expect(Object.keys(remembered()).sort()).toEqual([file, other].sort());
  });

  it('is forgotten where it is young again', () => {
    writeFileSync(file, 'two');
    writeFileSync(join(folder, 'old'), '');
    run(file);
    forge(file);
    expect(run(file)).toEqual([sha('two')]);
  });

  it.each(['', '{', '[]', '{"version":1,"files":{}}', '{"version":2,"files":{"a":1}}'])(
    'is read again where the cache holds %j',
    (text) => {
      writeFileSync(state, text);
      expect(run(file)).toEqual([sha('one')]);
      expect(Object.keys(remembered())).toEqual([file]);
    },
  );

  it('needs no cache that can be written', () => {
    rmSync(join(folder, 'state'), { recursive: true });
    writeFileSync(join(folder, 'state'), 'a file in the way');
    expect(run(file)).toEqual([sha('one')]);
  });
});

it('a file that cannot be read is an error', () => {
  expect(() => new DigestCache(state).digest(join(folder, 'gone'), lstatSync(folder))).toThrow('ENOENT');
});
