import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folders that every tool works on, absolute. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const packageDir = join(root, 'packages', 'nx-docker-cache');
export const srcDir = join(packageDir, 'src');
export const distDir = join(packageDir, 'dist');
export const tmpDir = join(root, 'tmp');
