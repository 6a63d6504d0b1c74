import { spawn } from 'node:child_process';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Run `work` while holding an exclusive lock that dies with its holder: flock(2) belongs to the open file,
 * so the child locks our descriptor, exits, and the lock stays with us. A crash frees it; no stale lock is possible.
 * @template T
 * @param {string} dir
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(dir, name, work) {
  await mkdir(dir, { recursive: true });
  const file = await open(join(dir, `${name}.lock`), 'a');
  try {
    await flock(file.fd);
    return await work();
  } finally {
    await file.close();
  }
}

function flock(fd) {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['-x', '3'], { stdio: ['ignore', 'ignore', 'inherit', fd] });
    // No flock on this machine (macOS): only an engine that already answers is used there, which needs no lock.
    child.on('error', (error) => (error.code === 'ENOENT' ? resolve() : reject(error)));
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`flock exited with ${code}`))));
  });
}
