import type { CiFacts, PackageManager } from './model';

const LOCKFILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['.yarnrc.yml', 'yarn'],
  ['yarn.lock', 'yarn-classic'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
];
const VERSION_FILES = ['.nvmrc', '.node-version', '.tool-versions'];

/** What the names in the workspace's root folder tell. */
export function toolsOf(names: readonly string[]): Pick<CiFacts, 'manager' | 'nodeVersionFile'> {
  return {
    manager: LOCKFILES.find(([file]) => names.includes(file))?.[1] ?? 'npm',
    nodeVersionFile: VERSION_FILES.find((file) => names.includes(file)),
  };
}
