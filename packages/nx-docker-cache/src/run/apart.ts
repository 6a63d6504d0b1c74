import type { RunBuild } from './bases';
import { limiter } from './bounded';
import type { BuildRun } from './build';

/** Builds that run apart at a time: each has a buildx of its own, some 60 MB. */
export const APART = 8;

/**
 * Runs builds by themselves, several at a time, bases before what is built on them. One that was killed among the others,
 * mostly for want of memory, is tried once more when they are over, and so are those that wait for it.
 * @param places bases first
 * @param attempt runs one of them
 */
export async function runApart(
  places: readonly number[],
  builds: readonly RunBuild[],
  atOnce: number,
  attempt: (place: number) => Promise<BuildRun>,
  settle: (place: number, run: BuildRun) => void,
): Promise<void> {
  const limit = limiter(atOnce);
  const among = Math.min(atOnce, places.length) > 1;
  /** true where it is over. */
  const begun = new Map<number, Promise<boolean>>();
  const begin = async (place: number): Promise<boolean> => {
    const bases = [...builds[place]!.bases.values()].flatMap((base) => begun.get(base) ?? []);
    if ((await Promise.all(bases)).includes(false)) return false;
    const run = await limit(() => attempt(place));
    if (run.killed && among) {
      builds[place]!.observer.note('it was killed; once more by itself');
      return false;
    }
    settle(place, run);
    return true;
  };
  for (const place of places) begun.set(place, begin(place));
  const over = await Promise.all(begun.values());
  for (const [index, place] of places.entries()) if (!over[index]) settle(place, await attempt(place));
}
