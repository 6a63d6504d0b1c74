import type { Tree } from '@nx/devkit';
import { jsonAt, record, text } from './json';
import { join } from './paths';

/** The version of Node.js that an image of the project gets: what the workspace says, else the one that runs. */
export function nodeVersionOf(tree: Tree, root: string, option: string | number | undefined): string {
  if (option !== undefined) return String(option);
  const files = ['.nvmrc', '.node-version'].flatMap((file) => [join(root, file), file]);
  const written = files.map((file) => /^v?(\d+(?:\.\d+)*)/.exec((tree.read(file, 'utf8') ?? '').trim())?.[1]);
  const engines = [join(root, 'package.json'), 'package.json'].map((file) => {
    const range = text(record(jsonAt(tree, file)?.['engines'])['node']);
    return /(\d+)/.exec(range ?? '')?.[1];
  });
  return (
    [...written, ...engines].find((version) => version !== undefined) ?? process.versions.node.split('.')[0]!
  );
}
