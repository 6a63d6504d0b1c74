import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export interface FoundWorkspace {
  /** Absolute. */
  readonly root: string;
  readonly kind: 'nx' | 'plain';
}

export const CONFIG_FILE = 'nx-docker-cache.json';

/**
 * The workspace that a folder belongs to: the nearest folder above with nx.json, our own configuration, or
 * the workspaces of a package manager; else the git root; else the folder itself.
 */
export function findWorkspace(from: string): FoundWorkspace {
  let gitRoot: string | undefined;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'nx.json'))) return { root: folder, kind: 'nx' };
    if (isPlainRoot(folder)) return { root: folder, kind: 'plain' };
    if (gitRoot === undefined && existsSync(join(folder, '.git'))) gitRoot = folder;
    if (folder === dirname(folder)) return { root: gitRoot ?? resolve(from), kind: 'plain' };
  }
}

function isPlainRoot(folder: string): boolean {
  if ([CONFIG_FILE, 'turbo.json', 'pnpm-workspace.yaml'].some((name) => existsSync(join(folder, name))))
    return true;
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return false;
  try {
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { workspaces?: unknown }).workspaces !== undefined;
  } catch {
    return false;
  }
}
