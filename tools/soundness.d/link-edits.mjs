/** Edits of links and of what lies behind them. */
import {
  chmodSync,
  cpSync,
  existsSync,
  linkSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { NothingToPick } from './random.mjs';
import { link, list, newName, paths, write } from './tree.mjs';

/** @type {Record<string, [number, (root: string, random: import('./random.mjs').Random, text: string) => string]>} */
export const LINK_EDITS = {
  'content behind a link': [4, (root, random) => rewrite(root, random, paths(root, 'link')), 10],
  'content behind a link that is copied': [
    6,
    (root, random, text) => rewrite(root, random, copied(root, text)),
  ],
  'mode behind a link that is copied': [
    1,
    (root, random, text) => {
      const path = fileBehind(root, random, copied(root, text));
      const mode = random.pick([0o600, 0o755]);
      chmodSync(join(root, path), mode);
      return `${path} ${mode.toString(8)}`;
    },
  ],
  'a file appears behind a link': [
    3,
    (root, random, text) => {
      const folder = random.pick(
        behind(root, random.chance(0.7) ? copied(root, text) : paths(root, 'link')).filter((path) =>
          statSync(join(root, path)).isDirectory(),
        ),
      );
      const path = join(folder, newName(random));
      if (existsSync(join(root, path))) throw new NothingToPick();
      write(root, path, random.words());
      return path;
    },
  ],
  'a file behind a link goes': [
    1,
    (root, random, text) => {
      const path = fileBehind(root, random, copied(root, text));
      rmSync(join(root, path));
      return path;
    },
  ],
  'add a link': [
    4,
    (root, random) => {
      const path = join(
        random.pick(['', ...paths(root, 'folder')]),
        random.pick(['ln', 'ln2', 'ln.txt', 'l.md']),
      );
      if (list(root).some((entry) => entry.path === path)) throw new NothingToPick();
      const target = linkTarget(root, path, random);
      link(root, path, target);
      return `${path} → ${target}`;
    },
  ],
  'point a link elsewhere': [
    3,
    (root, random) => {
      const path = random.pick(paths(root, 'link'));
      const before = readlinkSync(join(root, path));
      const target = linkTarget(root, path, random);
      rmSync(join(root, path));
      link(root, path, target);
      return `${path} → ${target} (was ${before})`;
    },
  ],
  'link takes the place of a file': [
    1,
    (root, random) => {
      const path = random.pick(paths(root, 'file'));
      renameSync(join(root, path), join(root, `${path}.real`));
      link(root, path, `${path.split('/').at(-1)}.real`);
      return path;
    },
  ],
  'link takes the place of a folder': [
    1,
    (root, random) => {
      const path = random.pick(paths(root, 'folder'));
      if (existsSync(join(root, `${path}.real`))) throw new NothingToPick();
      renameSync(join(root, path), join(root, `${path}.real`));
      link(root, path, `${path.split('/').at(-1)}.real`);
      return path;
    },
  ],
  'file takes the place of a link': [
    1,
    (root, random) => {
      const path = random.pick(paths(root, 'link'));
      rmSync(join(root, path));
      write(root, path, random.words());
      return path;
    },
  ],
  'hard link': [
    1,
    (root, random) => {
      const from = random.pick(paths(root, 'file'));
      const path = join(random.pick(['', ...paths(root, 'folder')]), `hard${random.int(9)}.txt`);
      if (existsSync(join(root, path))) throw new NothingToPick();
      linkSync(join(root, from), join(root, path));
      return `${path} = ${from}`;
    },
  ],
  'hard link takes the place of a copy': [
    1,
    (root, random) => {
      const from = random.pick(paths(root, 'file'));
      const path = `${from}.copy`;
      if (existsSync(join(root, path))) {
        rmSync(join(root, path));
        linkSync(join(root, from), join(root, path));
      } else cpSync(join(root, from), join(root, path));
      return `${path} = ${from}`;
    },
  ],
};

/** Links that the Dockerfile names, by themselves or by what they lead to. */
const copied = (root, text) =>
  paths(root, 'link').filter((path) =>
    text.split(/[\s,=]+/).some((word) => word === path || word.startsWith(`${path}/`)),
  );

/** Where links end, inside the context. */
function behind(root, links) {
  const ends = links
    .filter((path) => existsSync(join(root, path)))
    .map((path) => realpathSync(join(root, path)));
  return ends.filter((end) => end.startsWith(`${root}/`)).map((end) => end.slice(root.length + 1));
}

/** A file that one of the links leads to, itself or in a folder. */
function fileBehind(root, random, links) {
  const end = random.pick(behind(root, links));
  if (statSync(join(root, end)).isFile()) return end;
  const inside = readdirSync(join(root, end)).map((name) => join(end, name));
  return random.pick(
    inside.filter((path) => list(root).some((entry) => entry.path === path && entry.kind === 'file')),
  );
}

function rewrite(root, random, links) {
  const path = fileBehind(root, random, links);
  writeFileSync(join(root, path), random.words());
  return path;
}

/** Files, folders, other links, nothing, the root, outside. */
function linkTarget(root, path, random) {
  const up = '../'.repeat(path.split('/').length - 1);
  return random.weighted([
    [4, () => `${up}${random.pick(paths(root, 'file'))}`],
    [2, () => `${up}${random.pick(paths(root, 'folder'))}`],
    [1, () => `/${random.pick(paths(root, 'file'))}`],
    [1, () => `${up}${random.pick(paths(root, 'link'))}`],
    [1, () => 'nowhere'],
    [0.5, () => `../${up}a.txt`],
    [0.3, () => up || '.'],
  ])();
}
