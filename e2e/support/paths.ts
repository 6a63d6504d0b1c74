import { delimiter, join } from 'node:path';

/** Root of this repository. */
export const REPOSITORY = join(__dirname, '../..');
export const CLI = join(REPOSITORY, 'packages/nx-docker-cache/dist/cli/main.js');
export const ENGINE_TOOL = join(REPOSITORY, 'tools/engine');

/** PATH without the commands of packages, which npx and npm put there for what they run: ours is one of them. */
export function systemPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.filter((folder) => !folder.endsWith(join('node_modules', '.bin'))).join(delimiter);
}
