import type { Tree } from '@nx/devkit';
import { STATE_FOLDER } from '../../plan/state';

/** Keeps receipts and the local cache out of the repository. */
export function ignoreStateFolder(tree: Tree): void {
  const text = tree.read('.gitignore', 'utf8') ?? '';
  const lines = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, '').replace(/\/$/, ''));
  if (lines.includes(STATE_FOLDER)) return;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const before = text === '' || text.endsWith('\n') ? text : `${text}${newline}`;
  tree.write('.gitignore', `${before}${STATE_FOLDER}${newline}`);
}
