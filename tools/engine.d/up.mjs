import { pushBaseImages } from './images.mjs';
import { withLock } from './lock.mjs';
import { forwarding } from './net.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { findRegistry, startRegistry } from './registry.mjs';
import { NEWEST, toolset } from './toolset.mjs';

/** The registry that holds the base images and that agents mirror. */
export const MAIN = 'main';

/**
 * @typedef {object} Up
 * @property {'private'} mode
 * @property {string} registry  `127.0.0.1:port`
 * @property {boolean} images  whether the base images are in it
 * @property {Record<string, string>} versions
 */

/**
 * Have an engine's programs and a registry with the base images. Cheap when all is there.
 * @param {import('./paths.mjs').Layout} at
 * @param {{registryOnly?: boolean}} [options]
 * @returns {Promise<Up>}
 */
export async function up(at, { registryOnly = false } = {}) {
  const known = await running(at);
  if (known && (known.images || registryOnly)) return known;
  return withLock(at.locks, 'up', async () => {
    const meanwhile = await running(at);
    if (meanwhile && (meanwhile.images || registryOnly)) return meanwhile;
    const set = await toolset(at);
    const registry = await startRegistry(at, set, MAIN);
    if (!registryOnly) await pushBaseImages(at, set, registry.host);
    const before = (await readRecord(at.state))?.forwarding ?? (await forwarding());
    const state = { mode: 'private', registry: registry.host, images: !registryOnly, versions: set.versions };
    await writeRecord(at.state, { ...state, forwarding: before });
    return state;
  });
}

/** What is up, undefined when it is not or not any more. */
export async function running(at) {
  const state = await readRecord(at.state);
  const registry = state && (await findRegistry(at, MAIN));
  if (!registry || registry.host !== state.registry) return undefined;
  const { forwarding: _, ...rest } = state;
  return rest;
}
