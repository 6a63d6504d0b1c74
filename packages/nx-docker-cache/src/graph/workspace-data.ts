import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * What one graph leaves for the next, in Nx's workspace data, so that `nx reset` drops it.
 *
 * @returns undefined for a broken or missing file
 */
export function readData(workspaceRoot: string, name: string): object | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(pathOf(workspaceRoot, name), 'utf8'));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A workspace that cannot be written is no error. Graphs may be made side by side: of two files written into each other
 * the one's end stands behind the other's, which is no JSON, so that the next graph finds nothing.
 */
export function writeData(workspaceRoot: string, name: string, data: object): void {
  const path = pathOf(workspaceRoot, name);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(data));
  } catch {
    // The next graph reads again.
  }
}

function pathOf(workspaceRoot: string, name: string): string {
  const folder = process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join('.nx', 'workspace-data');
  version ??= readVersion();
  return resolve(workspaceRoot, folder, `nx-docker-cache-${version}-${name}.json`);
}

/** Of this package, since another may read Dockerfiles differently, and of the shape of what is kept. */
let version: string | undefined;

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as object;
  return `${'version' in manifest ? String(manifest.version) : ''}-4`;
}
