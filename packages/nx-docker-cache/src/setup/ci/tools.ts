import { parse } from 'jsonc-parser';
import { withoutBom } from '../../layout/json';
import type { CiFacts, PackageManager } from './model';

/** Files whose text `toolsOf` asks for. */
export const TOOL_FILES = ['package.json', 'pnpm-lock.yaml', 'yarn.lock'] as const;

const LOCKFILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['.yarnrc.yml', 'yarn'],
  ['yarn.lock', 'yarn-classic'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];
const VERSION_FILES = ['.nvmrc', '.node-version', '.tool-versions'];

type Tools = Pick<CiFacts, 'manager' | 'pnpmVersion' | 'nodeVersionFile'>;
type Read = (path: (typeof TOOL_FILES)[number]) => string | undefined;

/**
 * What the files in the workspace's root folder tell.
 * @param read text of a file; undefined where there is none
 */
export function toolsOf(names: readonly string[], read: Read): Tools {
  const manifest = record(parse(withoutBom(read('package.json') ?? '{}')));
  const pinned = pinnedManager(manifest['packageManager']);
  const manager = pinned ?? managerOf(names, read);
  return {
    manager,
    pnpmVersion: manager === 'pnpm' && pinned === undefined ? pnpmVersion(manifest, read) : undefined,
    nodeVersionFile: VERSION_FILES.find((file) => names.includes(file)),
  };
}

/** `yarn@1.22.22`, as Corepack reads it. https://github.com/nodejs/corepack#when-authoring-packages */
function pinnedManager(field: unknown): PackageManager | undefined {
  const [, name, major] = /^(npm|pnpm|yarn|bun)@(\d+)/.exec(typeof field === 'string' ? field : '') ?? [];
  if (name === 'yarn') return major === '1' || major === '0' ? 'yarn-classic' : 'yarn';
  return name as PackageManager | undefined;
}

function managerOf(names: readonly string[], read: Read): PackageManager {
  const found = LOCKFILES.find(([file]) => names.includes(file))?.[1] ?? 'npm';
  if (found !== 'yarn' && found !== 'yarn-classic') return found;
  // Who wrote the lockfile counts more than a file of settings, which yarn 1 may have too, and a later one may lack.
  const lockfile = read('yarn.lock') ?? '';
  if (/^__metadata:/m.test(lockfile)) return 'yarn';
  return /^# yarn lockfile v1$/m.test(lockfile) ? 'yarn-classic' : found;
}

/** A version or a range: pnpm reads lockfiles of the major before it, and writes those of its own. */
function pnpmVersion(manifest: Readonly<Record<string, unknown>>, read: Read): string {
  const { name, version } = record(record(manifest['devEngines'])['packageManager']);
  if (name === 'pnpm' && typeof version === 'string') return version;
  const [, lockfile] = /^lockfileVersion: ['"]?(\d+(?:\.\d+)?)/m.exec(read('pnpm-lock.yaml') ?? '') ?? [];
  return BY_LOCKFILE.find(([pattern]) => pattern.test(lockfile ?? ''))?.[1] ?? 'latest';
}

/** 9.0 is of pnpm 9 and of all that came after it; 10 reads both places in which those have their settings. */
const BY_LOCKFILE: readonly (readonly [RegExp, string])[] = [
  [/^5\.[0-3]$/, '6'],
  [/^5\.4$/, '7'],
  [/^6\./, '8'],
  [/^9\./, '10'],
];

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
