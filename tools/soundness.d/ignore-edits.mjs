/** Edits of ignore files. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { NothingToPick } from './random.mjs';
import { paths } from './tree.mjs';

const PATTERNS = [
  '*.md',
  '**/*.md',
  'docs',
  'docs/**',
  '**/deep',
  'src/lib',
  '**/node_modules',
  'dist',
  '!docs/img',
  '!src/lib/deep/**',
  '*',
  '**',
  '!src',
  '!a.txt',
  '!package*.json',
  '**/.env',
  'a/*',
  '!a/b',
  '?',
  'é*',
  '[ab].txt',
  '# nothing',
  '',
  '/src/lib/',
  '**/x',
  '!**/*.txt',
];

/** @param {string} path of the ignore file in use or another one */
const lines = (path) => (existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []);

/** @type {Record<string, [number, (workspace: import('./workspace.mjs').Workspace, random: import('./random.mjs').Random) => string]>} */
export const IGNORE_EDITS = {
  'add an ignore rule': [
    5,
    (workspace, random) => {
      const pattern = random.chance(0.7)
        ? random.pick(PATTERNS)
        : `${random.pick(['', '!', '**/'])}${random.pick(paths(workspace.context, 'file', 'folder', 'link'))}`;
      const known = lines(workspace.ignoreFile);
      known.splice(random.int(known.length + 1), 0, pattern);
      writeFileSync(workspace.ignoreFile, known.join('\n'));
      return pattern;
    },
  ],
  'an exception inside an ignored folder': [
    2,
    (workspace, random) => {
      const path = random.pick(
        paths(workspace.context, 'file', 'folder').filter((candidate) => candidate.includes('/')),
      );
      const known = lines(workspace.ignoreFile);
      const [top] = path.split('/');
      // A folder that is ignored again behind an exception is somebody's mistake: those are rarer.
      if (!known.includes(top)) known.unshift(top);
      writeFileSync(workspace.ignoreFile, [...known, `!${path}`].join('\n'));
      return path;
    },
  ],
  'remove an ignore rule': [
    3,
    (workspace, random) => {
      const known = lines(workspace.ignoreFile);
      if (known.length === 0) throw new NothingToPick();
      const [removed] = known.splice(random.int(known.length), 1);
      writeFileSync(workspace.ignoreFile, known.join('\n'));
      return removed;
    },
  ],
  'remove the ignore file': [
    0.5,
    (workspace) => {
      if (!existsSync(workspace.ignoreFile)) throw new NothingToPick();
      rmSync(workspace.ignoreFile);
      return workspace.ignoreFile.split('/').at(-1);
    },
  ],
  'an ignore file of the Dockerfile': [
    0.7,
    (workspace, random) => {
      const path = `${workspace.dockerfile}.dockerignore`;
      writeFileSync(path, random.chance(0.3) ? '' : `${random.pick(PATTERNS)}\n`);
      return readFileSync(path, 'utf8');
    },
  ],
  'ignore the Dockerfile itself': [
    0.5,
    (workspace) => {
      writeFileSync(
        workspace.ignoreFile,
        [...lines(workspace.ignoreFile), 'Dockerfile', '.dockerignore'].join('\n'),
      );
      return 'Dockerfile';
    },
  ],
};
