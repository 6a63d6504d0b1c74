import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { readJson } from './manifest';

export interface FoundWorkspace {
  /** Absolute. */
  readonly root: string;
  readonly kind: 'nx' | 'plain';
}

export const CONFIG_FILE = 'nx-docker-cache.json';
/** Turborepo takes either, and refuses both. */
export const TURBO_FILES: readonly string[] = ['turbo.json', 'turbo.jsonc'];

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
  const turbo = TURBO_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  // A package's own one extends the root's, so it is no root.
  if (turbo !== undefined && readJson(turbo)?.['extends'] === undefined) return true;
  return readJson(join(folder, 'package.json'))?.['workspaces'] !== undefined;
}
