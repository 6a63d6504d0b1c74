import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';
import { z } from 'zod';
import { readJson } from './manifest';
import { readOverrides } from './overrides';
import type { LinkRules } from './package-links';

const npmSchema = z.object({
  workspaces: z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })]).optional(),
});
const pnpmSchema = z.object({
  packages: z.array(z.string()).optional(),
  linkWorkspacePackages: z.union([z.boolean(), z.string()]).optional().catch(undefined),
  overrides: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

/** Folders of the workspace's packages, relative to the root, as the package manager's globs name them. */
export function packageFolders(root: string): string[] {
  const manifests = packagePatterns(root).map((pattern) =>
    pattern.startsWith('!') ? `!${manifestIn(pattern.slice(1))}` : manifestIn(pattern),
  );
  if (manifests.length === 0) return [];
  return globSync(manifests, { cwd: root, ignore: ['**/node_modules/**'], expandDirectories: false })
    .map((manifest) => posix.dirname(manifest))
    .sort();
}

/** As the package manager has them: none where the root is the only package. */
export function packagePatterns(root: string): string[] {
  return [...npmPatterns(root), ...(pnpmSettings(root)?.packages ?? [])];
}

/** Which dependencies the package manager takes from the workspace. */
export function linkRules(root: string): LinkRules {
  return { ranges: linksRanges(root), overrides: readOverrides(root, pnpmSettings(root)?.overrides) };
}

/**
 * Does a version range take a package of the workspace? With pnpm as its settings say; without any, pnpm did so until
 * version 8. https://pnpm.io/8.x/npmrc#link-workspace-packages
 */
function linksRanges(root: string): boolean {
  const pnpm = pnpmSettings(root);
  if (pnpm === undefined) return true;
  if (pnpm.linkWorkspacePackages !== undefined) return pnpm.linkWorkspacePackages !== false;
  const npmrc = readText(join(root, '.npmrc')) ?? '';
  const settings = [...npmrc.matchAll(/^\s*link-workspace-packages\s*=\s*(true|deep|false)\s*$/gm)];
  const set = settings.at(-1)?.[1];
  return set === undefined ? isPnpm8(root) : set !== 'false';
}

/** Or older. A lockfile that none of them wrote has 9.0, whatever wrote it. */
function isPnpm8(root: string): boolean {
  const pinned = readJson(join(root, 'package.json'))?.['packageManager'];
  const [, major] = /^pnpm@(\d+)\./.exec(typeof pinned === 'string' ? pinned : '') ?? [];
  const lockfile = readText(join(root, 'pnpm-lock.yaml')) ?? '';
  const [, version] = /^lockfileVersion:\s*['"]?(\d+)/m.exec(lockfile) ?? [];
  return [major, version].some((one) => one !== undefined && Number(one) < 9);
}

function manifestIn(pattern: string): string {
  return posix.join(pattern, 'package.json');
}

function npmPatterns(root: string): readonly string[] {
  const parsed = npmSchema.safeParse(readJson(join(root, 'package.json')));
  const workspaces = parsed.success ? parsed.data.workspaces : undefined;
  return Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? []);
}

/** undefined where the workspace is none of pnpm's. */
function pnpmSettings(root: string): z.infer<typeof pnpmSchema> | undefined {
  const text = readText(join(root, 'pnpm-workspace.yaml'));
  if (text === undefined) return undefined;
  try {
    const parsed = pnpmSchema.safeParse(parse(text) ?? {});
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
