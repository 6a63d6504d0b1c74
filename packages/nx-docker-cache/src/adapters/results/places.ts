import { lstat, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ClearedPlaces, ResultPlacesPort } from '../../ports/results';
import { trackedFiles, unknownFiles } from '../source/tracked';

function holds(place: string, files: readonly string[]): boolean {
  return files.some((file) => file === place || file.startsWith(`${place}/`));
}

/** The places of results in the workspace. */
export class ResultPlaces implements ResultPlacesPort {
  readonly #root: string;

  /** @param root absolute path of the workspace */
  constructor(root: string) {
    this.#root = root;
  }

  async clear(places: readonly string[]): Promise<ClearedPlaces> {
    const [tracked, unknown] = await Promise.all([
      trackedFiles(this.#root, places),
      unknownFiles(this.#root, places),
    ]);
    // Without git nobody knows what is a source, and nobody could bring it back.
    if (tracked === undefined || unknown === undefined) return { kept: [], problems: [] };
    const isSource = (place: string): boolean => holds(place, tracked);
    const kept = places.filter((place) => !isSource(place) && holds(place, unknown));
    const problems = places.map(async (place) => {
      if (isSource(place) || kept.includes(place) || (await this.#isBehindLink(place))) return [];
      try {
        await rm(join(this.#root, place), { recursive: true, force: true });
        return [];
      } catch (error) {
        return [`${place}: what was there cannot be removed: ${(error as Error).message}`];
      }
    });
    return { kept, problems: (await Promise.all(problems)).flat() };
  }

  /** What lies behind a link on the way may be outside of the workspace. */
  async #isBehindLink(place: string): Promise<boolean> {
    for (let folder = posix.dirname(place); folder !== '.'; folder = posix.dirname(folder)) {
      const stats = await lstat(join(this.#root, folder)).catch(() => undefined);
      if (stats?.isSymbolicLink() === true) return true;
    }
    return false;
  }
}
