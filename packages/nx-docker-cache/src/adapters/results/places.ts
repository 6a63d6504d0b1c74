import { lstat, rm } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ResultPlacesPort } from '../../ports/results';
import { trackedFiles } from '../source/tracked';

/** The places of results in the workspace. */
export class ResultPlaces implements ResultPlacesPort {
  readonly #root: string;

  /** @param root absolute path of the workspace */
  constructor(root: string) {
    this.#root = root;
  }

  async clear(places: readonly string[]): Promise<readonly string[]> {
    const tracked = await trackedFiles(this.#root, places);
    // Without git nobody knows what is a source, and nobody could bring it back.
    if (tracked === undefined) return [];
    const isSource = (place: string): boolean =>
      tracked.some((file) => file === place || file.startsWith(`${place}/`));
    const problems = places.map(async (place) => {
      if (isSource(place) || (await this.#isBehindLink(place))) return [];
      try {
        await rm(join(this.#root, place), { recursive: true, force: true });
        return [];
      } catch (error) {
        return [`${place}: what was there cannot be removed: ${(error as Error).message}`];
      }
    });
    return (await Promise.all(problems)).flat();
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
