import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TURBO_FILES } from './root';

/** In the order of the table; of package managers the first that has left a file. */
const RUNNERS = { nx: ['nx.json'], turborepo: TURBO_FILES };
const MANAGERS = {
  pnpm: ['pnpm-lock.yaml', 'pnpm-workspace.yaml'],
  yarn: ['yarn.lock', '.yarnrc.yml'],
  bun: ['bun.lock', 'bun.lockb'],
  npm: ['package-lock.json', 'package.json'],
};

/** What runs the workspace's tasks and what installs its packages. */
export function workspaceTools(root: string): string[] {
  const used = (table: Readonly<Record<string, readonly string[]>>): string[] =>
    Object.entries(table).flatMap(([name, files]) =>
      files.some((file) => existsSync(join(root, file))) ? [name] : [],
    );
  return [...used(RUNNERS), ...used(MANAGERS).slice(0, 1)];
}
