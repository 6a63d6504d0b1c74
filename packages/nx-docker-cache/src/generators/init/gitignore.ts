import type { Tree } from '@nx/devkit';
import { withStateFolder } from '../../setup/gitignore';

/** Keeps receipts and the local cache out of the repository. */
export function ignoreStateFolder(tree: Tree): void {
  const changed = withStateFolder(tree.read('.gitignore', 'utf8') ?? '');
  if (changed !== undefined) tree.write('.gitignore', changed);
}
