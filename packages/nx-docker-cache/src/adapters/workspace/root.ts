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
  if ([CONFIG_FILE, 'pnpm-workspace.yaml'].some((name) => existsSync(join(folder, name)))) return true;
  // A package's own turbo.json extends the root's, so it is no root.
  const turbo = readText(join(folder, 'turbo.json'));
  if (turbo !== undefined && !/"extends"\s*:/.test(turbo)) return true;
  const manifest = readText(join(folder, 'package.json'));
  try {
    return (JSON.parse(manifest ?? '{}') as { workspaces?: unknown }).workspaces !== undefined;
  } catch {
    return false;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
