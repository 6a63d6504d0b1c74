/** Copies of the product with a fault in each: whichever of them takes a false skip is found out. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Product } from './product.mjs';

/**
 * @typedef {{name: string, dist: string, after?: number, by?: string}} Suspect `after` so many edits of a run
 */

/** The suspects in one workspace. */
export class Lineup {
  #members;

  /** @param {Suspect[]} suspects @param {import('./workspace.mjs').Workspace} workspace */
  constructor(suspects, workspace) {
    const wanted = suspects.filter(({ after }) => after === undefined);
    this.#members = wanted.map((suspect, index) => {
      const state = join(workspace.folder, `suspect-${index}`);
      mkdirSync(state);
      return { suspect, product: new Product(workspace.root, state, suspect.dist), byKey: new Map() };
    });
  }

  /**
   * Takes each one's decision after an edit.
   * @param {object} written options, as a user writes them
   * @param {{ok: boolean, digest?: string}} built what is right
   * @param {(left: string, right: string) => Promise<boolean>} same of two digests
   * @param {{after: number, by: string}} at where it is found out
   */
  async decide(written, built, same, at) {
    for (const { suspect, product, byKey } of this.#members) {
      if (suspect.after !== undefined) continue;
      const state = await product.prepare(written).catch(() => undefined);
      if (state === undefined) continue;
      const known = byKey.get(state.content.key);
      const skips = state.skip.enabled && known !== undefined;
      if (skips && !(built.ok && (await same(known, built.digest)))) {
        Object.assign(suspect, at);
        console.error(`a fault is found after ${at.after} edits (${at.by}): ${suspect.name}`);
      } else if (built.ok) byKey.set(state.content.key, built.digest);
    }
  }
}
