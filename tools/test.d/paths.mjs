import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const reports = join(root, 'tmp', 'test');
/** A program that npm installed, as a file for node. */
export const bin = (path) => join('node_modules', path);
