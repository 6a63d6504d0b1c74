import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { readJson } from './manifest';
import { packageFolders } from './packages';

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
 * the workspaces of a package manager; else the git root; else the folder itself. The clone of another repository
 * belongs to none, unless it is a package there. Submodules and worktrees have a file `.git`, and no folder.
 */
export function findWorkspace(from: string): FoundWorkspace {
  let gitRoot: string | undefined;
  let clone: string | undefined;
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    // Nx does not ask git either.
    if (existsSync(join(folder, 'nx.json'))) return { root: folder, kind: 'nx' };
    if (isPlainRoot(folder) && (clone === undefined || names(folder, clone)))
      return { root: folder, kind: 'plain' };
    if (gitRoot === undefined && existsSync(join(folder, '.git'))) gitRoot = folder;
    if (clone === undefined && isFolder(join(folder, '.git'))) clone = folder;
    if (folder === dirname(folder)) return { root: gitRoot ?? resolve(from), kind: 'plain' };
  }
}

/** Is a folder, or one within it, a package of the workspace, or a project of its configuration? */
function names(root: string, folder: string): boolean {
  const projects = Object.values(record(readJson(join(root, CONFIG_FILE))?.['projects']));
  const configured = projects
    .map((project) => record(project)['root'])
    .filter((path) => typeof path === 'string');
  return [...configured, ...packageFolders(root)]
    .map((path) => resolve(root, path))
    .some((path) => path === folder || path.startsWith(`${folder}${sep}`));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function isPlainRoot(folder: string): boolean {
  if ([CONFIG_FILE, 'pnpm-workspace.yaml'].some((name) => existsSync(join(folder, name)))) return true;
  const turbo = TURBO_FILES.map((name) => join(folder, name)).find((path) => existsSync(path));
  // A package's own one extends the root's, so it is no root.
  if (turbo !== undefined && readJson(turbo)?.['extends'] === undefined) return true;
  return readJson(join(folder, 'package.json'))?.['workspaces'] !== undefined;
}
