import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EngineError } from './errors.mjs';

/** JSON written whole or not at all. */
export async function writeRecord(path, value) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.${process.pid}`, path);
}

/** @returns {Promise<any>} undefined when there is none */
export async function readRecord(path) {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names of the folders in a folder. */
export async function folders(dir) {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

const NAME = /^[a-z0-9][a-z0-9_.-]{0,31}$/;

/** A name becomes a folder, a cgroup and a bridge's label. */
export function checkName(name) {
  if (typeof name === 'string' && NAME.test(name)) return;
  const found = name === undefined ? 'none' : `"${name}"`;
  throw new EngineError(
    'ENGINE_NAME',
    `Expected a name of a-z, 0-9, ".", "_" and "-", at most 32 of them; found ${found}.`,
    { exitCode: 2 },
  );
}

/** Later ones win; undefined means "not said". */
export function mergeOptions(...all) {
  const said = all
    .flatMap((options) => Object.entries(options ?? {}))
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(said);
}
