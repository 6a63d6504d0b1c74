import { posix } from 'node:path';
import { INSTALL_SCRIPTS, type ProjectNode } from '../../model/prune';
import type { Manifest } from './manifest';

/** What an install of the whole workspace takes of a package beside its package.json. */
export function atInstall(manifest: Manifest): Pick<ProjectNode, 'runsAtInstall' | 'installReads' | 'bins'> {
  const { root, scripts = {}, bin = {} } = manifest;
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const needed = [dependencies, devDependencies, optionalDependencies].flatMap((all) =>
    Object.values(all ?? {}),
  );
  const bins = typeof bin === 'string' ? [bin] : Object.values(bin);
  return {
    runsAtInstall: INSTALL_SCRIPTS.some((name) => Object.hasOwn(scripts, name)),
    installReads: needed.flatMap((range) => pathsIn(range)).map((path) => placed(path, root)),
    bins: bins.map((path) => placed(path, root)),
  };
}

/** Local paths of a version: `file:../x`, `../x`, `patch:ms@npm:2.1.3#./ms.patch`, where `~/` is the workspace's root. */
function pathsIn(range: string): string[] {
  const patches = range.startsWith('patch:') ? /#(.+?)(?:::|$)/.exec(range) : undefined;
  if (patches !== undefined) return patches === null ? [] : patches[1]!.split('&').map(required);
  const path = /^(?:(?:file|link|portal|exec):)?(.*?)(?:[#?].*|::.*)?$/.exec(range)![1]!;
  return /^(?:file|link|portal|exec):|^\.{1,2}\//.test(range) ? [path] : [];
}

/** Yarn leaves a patch out that does not fit and begins so; the file it wants in any case. */
function required(patch: string): string {
  return patch.replace(/^optional!/, '');
}

function placed(path: string, root: string): string {
  return path.startsWith('~/') ? posix.normalize(path.slice(2)) : posix.join(root, path);
}
