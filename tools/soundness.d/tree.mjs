/** The files of a random workspace. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const FOLDERS = [
  'src',
  'src/lib',
  'src/lib/deep',
  'docs',
  'docs/img',
  'tools',
  'dist',
  'dist/main',
  'a',
  'a/b',
  'node_modules/x',
];
const NAMES = [
  ...['a.txt', 'b.txt', 'c.md', 'main.js', 'README.md', '.env', 'run.sh', 'ab', 'x', 'sp ace.txt'],
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'tsconfig.base.json',
    'index.ts',
    'é.txt',
    '[a].txt',
  ],
];

/** Edited by edits of their own. */
const OWN = /^(Dockerfile|.*\.dockerignore)$/;

export const newName = (random) => random.pick(NAMES);
export const newFolder = (random) => random.pick(FOLDERS);

/** Fills an empty folder: about a dozen files, some of them links. */
export function growTree(root, random) {
  for (const name of ['a.txt', 'package.json', 'package-lock.json']) write(root, name, random.words());
  for (let count = 6 + random.int(9); count > 0; count--) {
    write(root, join(random.chance(0.25) ? '.' : newFolder(random), newName(random)), random.words());
  }
  const targets = ['a.txt', '../a.txt', 'src', '/src', '/docs', '../package.json', 'gone'];
  for (const path of ['ln', 'src/ln', 'docs/ln'])
    if (random.chance(0.4)) link(root, path, random.pick(targets));
  if (random.chance(0.3)) mkdirSync(join(root, newFolder(random), 'empty'), { recursive: true });
}

export function write(root, path, text) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  chmodSync(join(root, path), 0o644);
}

export function link(root, path, target) {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}

/**
 * Everything in a folder, parents first.
 * @returns {{path: string, kind: 'file' | 'folder' | 'link' | 'other', mode: number}[]}
 */
export function list(root, folder = '') {
  return readdirSync(join(root, folder))
    .filter((name) => folder !== '' || !OWN.test(name))
    .sort()
    .flatMap((name) => {
      const path = folder === '' ? name : `${folder}/${name}`;
      const stats = lstatSync(join(root, path));
      const kind = stats.isDirectory()
        ? 'folder'
        : stats.isSymbolicLink()
          ? 'link'
          : stats.isFile()
            ? 'file'
            : 'other';
      return [{ path, kind, mode: stats.mode & 0o7777 }, ...(kind === 'folder' ? list(root, path) : [])];
    });
}

export const paths = (root, ...kinds) =>
  list(root)
    .filter(({ kind }) => kinds.includes(kind))
    .map(({ path }) => path);
