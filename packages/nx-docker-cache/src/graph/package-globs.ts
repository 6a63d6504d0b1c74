import { posix } from 'node:path';
import type { Tree } from '../layout/git-sources';
import { compileGlob, type Matcher } from '../layout/glob';
import { readJson } from './project-files';

/**
 * Which package.json makes its folder a project: the ones that the package manager's workspaces name, as Nx
 * reads them (npm, yarn, bun: `workspaces`; pnpm-workspace.yaml; lerna.json; the root's own with an `nx` key).
 */
export function packageMatcher(disk: Tree): Matcher {
  const positive: string[] = [];
  const negative: string[] = [];
  for (const pattern of patternsOf(disk)) {
    if (pattern.startsWith('!')) negative.push(manifest(pattern.slice(1)));
    else positive.push(manifest(pattern));
  }
  const manifestOfRoot = readJson(disk, 'package.json');
  if (negative.length > 0 && positive.length === 0) positive.push('**/package.json');
  if (manifestOfRoot?.['nx'] !== undefined) positive.push('package.json');
  const included = positive.map(compileGlob);
  const excluded = negative.map(compileGlob);
  return (path) => included.some((matches) => matches(path)) && !excluded.some((matches) => matches(path));
}

function patternsOf(disk: Tree): string[] {
  const { workspaces } = readJson(disk, 'package.json') ?? {};
  const listed = Array.isArray(workspaces)
    ? workspaces
    : (workspaces as { packages?: unknown } | undefined)?.packages;
  const lerna = readJson(disk, 'lerna.json');
  const ofLerna = lerna === undefined ? [] : texts(lerna['packages']);
  return [
    ...texts(listed),
    ...pnpmPatterns(disk.readText('pnpm-workspace.yaml')),
    ...(lerna !== undefined && ofLerna.length === 0 ? ['packages/*'] : ofLerna),
  ];
}

function manifest(pattern: string): string {
  const clean = pattern.replace(/^\.\//, '');
  return clean.endsWith('/package.json') || clean === 'package.json'
    ? clean
    : posix.join(clean, 'package.json');
}

/** The list under `packages:`, in block or flow form; the rest of the YAML is nobody's business here. */
function pnpmPatterns(yaml = ''): string[] {
  const lines = yaml.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ''));
  const start = lines.findIndex((line) => /^packages\s*:/.test(line));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && !/^\s|^-/.test(line));
  const body = [lines[start]!.replace(/^packages\s*:/, ''), ...(end < 0 ? rest : rest.slice(0, end))];
  return body
    .flatMap((line) => (/^\s*-\s/.test(line) ? [line.trim().slice(1)] : line.split(/[[\],]/)))
    .map((item) => item.trim().replace(/^(['"])(.*)\1$/, '$2'))
    .filter((item) => item !== '');
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
