import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { globSync } from 'tinyglobby';
import { parse } from 'yaml';
import { z } from 'zod';

const npmSchema = z.object({
  workspaces: z.union([z.array(z.string()), z.object({ packages: z.array(z.string()) })]).optional(),
});
const pnpmSchema = z.object({ packages: z.array(z.string()).optional() });

/** Folders of the workspace's packages, relative to the root, as the package manager's globs name them. */
export function packageFolders(root: string): string[] {
  const patterns = [...npmPatterns(root), ...pnpmPatterns(root)];
  const manifests = patterns.map((pattern) =>
    pattern.startsWith('!') ? `!${manifestIn(pattern.slice(1))}` : manifestIn(pattern),
  );
  if (manifests.length === 0) return [];
  return globSync(manifests, { cwd: root, ignore: ['**/node_modules/**'], expandDirectories: false })
    .map((manifest) => posix.dirname(manifest))
    .sort();
}

function manifestIn(pattern: string): string {
  return posix.join(pattern, 'package.json');
}

function npmPatterns(root: string): readonly string[] {
  const parsed = npmSchema.safeParse(read(join(root, 'package.json'), (text) => JSON.parse(text) as unknown));
  const workspaces = parsed.success ? parsed.data.workspaces : undefined;
  return Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? []);
}

function pnpmPatterns(root: string): readonly string[] {
  const parsed = pnpmSchema.safeParse(
    read(join(root, 'pnpm-workspace.yaml'), (text) => parse(text) as unknown),
  );
  return parsed.success ? (parsed.data.packages ?? []) : [];
}

function read(path: string, parseText: (text: string) => unknown): unknown {
  if (!existsSync(path)) return undefined;
  try {
    return parseText(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
