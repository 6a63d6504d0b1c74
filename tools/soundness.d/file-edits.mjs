/** Edits of files. Each changes the folder and tells what it did. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { NothingToPick } from './random.mjs';
import { list, newFolder, newName, paths, write } from './tree.mjs';

const MODES = [0o644, 0o664, 0o600, 0o755, 0o775, 0o444, 0o4755];
const FOLDER_MODES = [0o755, 0o775, 0o700, 0o1777, 0o2755];

/** @type {Record<string, [number, (root: string, random: import('./random.mjs').Random) => string]>} */
export const FILE_EDITS = {
  content: [
    14,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      writeFileSync(join(root, path), random.words());
      return path;
    },
  ],
  'content, same size': [
    4,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      const text = readFileSync(join(root, path));
      if (text.length === 0) throw new NothingToPick();
      text[text.length - 1] ^= 1;
      writeFileSync(join(root, path), text);
      return path;
    },
  ],
  'content, large file': [
    1,
    (root, random) => {
      const path = join(random.pick(['.', 'src', 'docs']), 'large.bin');
      write(root, path, `${'0123456789abcdef'.repeat(80_000)}${random.words()}`);
      return path;
    },
  ],
  lockfile: [
    2,
    (root, random) => {
      write(root, 'package-lock.json', random.words());
      return 'package-lock.json';
    },
  ],
  times: [
    4,
    (root, random) => {
      const path = random.pick(paths(root, 'file', 'folder'));
      const time = 1_600_000_000 + random.int(100_000_000);
      utimesSync(join(root, path), time, time);
      return path;
    },
  ],
  'same content written again': [
    4,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      const { mode } = statSync(join(root, path));
      const text = readFileSync(join(root, path));
      rmSync(join(root, path));
      writeFileSync(join(root, path), text);
      chmodSync(join(root, path), mode & 0o7777);
      return path;
    },
  ],
  'mode of a file': [5, (root, random) => changeMode(root, random, 'file', MODES)],
  'mode of a folder': [3, (root, random) => changeMode(root, random, 'folder', FOLDER_MODES)],
  'rename a file': [
    4,
    (root, random) =>
      move(
        root,
        random.pick(paths(root, 'file', 'link')),
        join(random.chance(0.6) ? '.' : newFolder(random), newName(random)),
      ),
  ],
  'rename a file in its folder': [
    3,
    (root, random) => {
      const path = random.pick(paths(root, 'file', 'link'));
      return move(root, path, `${path}${random.int(9)}`);
    },
  ],
  'rename a folder': [
    2,
    (root, random) =>
      move(
        root,
        random.pick(paths(root, 'folder')),
        join(random.pick(['.', 'docs', 'new']), random.pick(['lib', 'src', 'moved', 'empty'])),
      ),
  ],
  'swap two files': [
    1,
    (root, random) => {
      const [left, right] = [random.pick(paths(root, 'file')), random.pick(paths(root, 'file'))];
      renameSync(join(root, left), join(root, 'swap.tmp'));
      renameSync(join(root, left === right ? 'swap.tmp' : right), join(root, left));
      if (left !== right) renameSync(join(root, 'swap.tmp'), join(root, right));
      return `${left} ↔ ${right}`;
    },
  ],
  'add a file': [
    7,
    (root, random) => {
      const path = join(random.pick(['', ...paths(root, 'folder')]), newName(random));
      if (existsSync(join(root, path))) throw new NothingToPick();
      write(root, path, random.words());
      return path;
    },
  ],
  'add a file in a new folder': [
    2,
    (root, random) => {
      const path = join(random.pick(['', ...paths(root, 'folder')]), `n${random.int(99)}`, newName(random));
      write(root, path, random.words());
      return path;
    },
  ],
  'delete a file': [4, (root, random) => remove(root, random.pick(paths(root, 'file', 'link', 'other')))],
  'delete a folder': [1, (root, random) => remove(root, random.pick(paths(root, 'folder')))],
  'add an empty folder': [
    2,
    (root, random) => {
      const path = join(random.pick(['', ...paths(root, 'folder')]), `empty${random.int(9)}`);
      mkdirSync(join(root, path), { recursive: true });
      return path;
    },
  ],
  'empty a file': [
    1,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      writeFileSync(join(root, path), '');
      return path;
    },
  ],
  'copy a folder': [
    1,
    (root, random) => {
      const from = random.pick(paths(root, 'folder'));
      cpSync(join(root, from), join(root, `copy${random.int(9)}`), {
        recursive: true,
        verbatimSymlinks: true,
        force: true,
      });
      return from;
    },
  ],
  'named pipe': [
    0.5,
    (root, random) => {
      const path = join(random.pick(['', ...paths(root, 'folder')]), `pipe${random.int(9)}`);
      spawnSync('mkfifo', [join(root, path)]);
      return path;
    },
  ],
  'case of a name': [
    0.5,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      return move(root, path, join(dirname(path), path.split('/').at(-1).toUpperCase()));
    },
  ],
};

function changeMode(root, random, kind, modes) {
  const entry = random.pick(list(root).filter((candidate) => candidate.kind === kind));
  const mode = random.pick(modes.filter((candidate) => candidate !== entry.mode));
  chmodSync(join(root, entry.path), mode);
  return `${entry.path} ${mode.toString(8)}`;
}

function move(root, from, to) {
  if (from === to || to.startsWith(`${from}/`) || existsSync(join(root, to))) throw new NothingToPick();
  mkdirSync(dirname(join(root, to)), { recursive: true });
  renameSync(join(root, from), join(root, to));
  return `${from} → ${to}`;
}

function remove(root, path) {
  rmSync(join(root, path), { recursive: true });
  return path;
}
