import { join } from 'node:path';

/** Root of this repository. */
export const REPOSITORY = join(__dirname, '../..');
export const CLI = join(REPOSITORY, 'packages/nx-docker-cache/dist/cli/main.js');
export const ENGINE_TOOL = join(REPOSITORY, 'tools/engine');
