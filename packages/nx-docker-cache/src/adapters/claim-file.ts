import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { processStatus } from './process-status';

/** A claim of another machine, whose processes cannot be asked for, counts this long. */
const FOREIGN_MS = 60 * 60_000;

/**
 * Claims something by a file that says who has it. A claim whose process is gone is taken over. Where no file
 * can be written there is nobody to share with: the claim is granted.
 * @returns what ends the claim, undefined where somebody else has it
 */
export async function claimFile(path: string): Promise<(() => Promise<void>) | undefined> {
  const own = `${process.pid} ${hostname()} ${performance.timeOrigin}`;
  const release = async (): Promise<void> => {
    if ((await readFile(path, 'utf8').catch(() => undefined)) === own) await rm(path, { force: true });
  };
  await mkdir(dirname(path), { recursive: true }).catch(() => undefined);
  for (let tries = 0; tries < 2; tries++) {
    try {
      await writeFile(path, own, { flag: 'wx' });
      return release;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return () => Promise.resolve();
      if (await isHeld(path)) return undefined;
      await rm(path, { force: true });
    }
  }
  return undefined;
}

async function isHeld(path: string): Promise<boolean> {
  const [text, stats] = await Promise.all([
    readFile(path, 'utf8').catch(() => ''),
    stat(path).catch(() => undefined),
  ]);
  if (stats === undefined) return false;
  const [pid, host] = text.split(' ');
  // Between a file's making and its first byte.
  if (text === '') return Date.now() - stats.mtimeMs < 1_000;
  if (host !== hostname()) return Date.now() - stats.mtimeMs < FOREIGN_MS;
  return processStatus(Number(pid)).alive;
}
