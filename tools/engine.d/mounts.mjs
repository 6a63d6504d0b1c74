import { mkdir, readFile, rm } from 'node:fs/promises';
import { run } from './exec.mjs';

/** Mount points at or below a folder, deepest first. */
export async function mountsBelow(dir) {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return table
    .split('\n')
    .map((line) =>
      line.split(' ')[4]?.replace(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((path) => path === dir || path?.startsWith(`${dir}/`))
    .reverse();
}

/** Unmount all below and remove the folder. */
export async function removeTree(dir) {
  // A folder may be mounted more than once, so look again until none is left.
  for (let mounts = await mountsBelow(dir); mounts.length > 0; mounts = await mountsBelow(dir)) {
    await run('umount', ['-l', ...mounts]);
  }
  await rm(dir, { recursive: true, force: true });
}

/**
 * A folder in memory: builds on it are faster and vary less than on disk, and unmounting wipes it at once.
 * Where mounting is not allowed it is an ordinary folder.
 */
export async function memoryFolder(dir) {
  await mkdir(dir, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', 'size=75%,mode=0711', 'ndc-engine', dir], { allowFailure: true });
  return dir;
}
