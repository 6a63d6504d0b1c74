import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Every file below `dir`, relative to it, `/` as separator, sorted; none where `dir` does not exist. */
export function listFiles(dir) {
  let entries;
  try {
    entries = readdirSync(dir, { withFileTypes: true, recursive: true });
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(dir, join(entry.parentPath ?? entry.path, entry.name)).replaceAll(sep, '/'))
    .sort();
}

export function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes by rename, and only what changed: a process that runs the file meanwhile sees the old or the new one.
 * @returns true where something was written
 */
export function writeIfChanged(path, content, mode = 0o644) {
  const bytes = Buffer.from(content);
  let before;
  try {
    before = readFileSync(path);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  if (before?.equals(bytes)) return false;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, bytes, { mode });
  renameSync(partial, path);
  return true;
}

export function remove(path) {
  rmSync(path, { recursive: true, force: true });
}

export function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  return hash.digest('hex');
}
