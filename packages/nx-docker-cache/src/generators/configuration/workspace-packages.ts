import type { Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { jsonAt, record, text, type Json } from './json';
import { join } from './paths';

/** A project with a package.json of its own. */
export interface WorkspacePackage {
  readonly name: string;
  /** Name of the project, which may be another one than the package's. */
  readonly project: string;
  /** Relative to the workspace root. */
  readonly root: string;
  readonly manifest: Json;
}

/** The packages of a workspace by name, the root's own left out. */
export function workspacePackages(tree: Tree): ReadonlyMap<string, WorkspacePackage> {
  const packages = new Map<string, WorkspacePackage>();
  for (const [project, { root }] of devkit().getProjects(tree)) {
    const manifest = root === '.' ? undefined : jsonAt(tree, join(root, 'package.json'));
    const name = text(manifest?.['name']);
    if (manifest !== undefined && name !== undefined) packages.set(name, { name, project, root, manifest });
  }
  return packages;
}

const RUNTIME = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/** The packages of the workspace that one needs, directly or not, by path; the package itself is left out. */
export function neededPackages(
  start: WorkspacePackage,
  all: ReadonlyMap<string, WorkspacePackage>,
  withDev: boolean,
): WorkspacePackage[] {
  const groups = withDev ? [...RUNTIME, 'devDependencies'] : RUNTIME;
  const found = new Set([start]);
  for (const { manifest } of found) {
    for (const [name, range] of groups.flatMap((group) => Object.entries(record(manifest[group])))) {
      const needed = all.get(name);
      if (needed !== undefined && meansWorkspace(range, needed)) found.add(needed);
    }
  }
  found.delete(start);
  return [...found].sort((left, right) => (left.root < right.root ? -1 : 1));
}

/** A published package may have the name of one in the workspace: then the range does not fit. */
function meansWorkspace(range: unknown, { manifest }: WorkspacePackage): boolean {
  if (typeof range !== 'string') return false;
  if (/^(workspace|file|link|portal):/.test(range) || ['*', 'latest', ''].includes(range)) return true;
  const version = text(manifest['version']);
  const wanted = /^[\^~>=v ]*(\d+)/.exec(range)?.[1];
  return version === undefined || wanted === undefined || wanted === version.split('.')[0];
}
