import { rm } from 'node:fs/promises';
import { stopAgent } from './agent.mjs';
import { withLock } from './lock.mjs';
import { removeTree } from './mounts.mjs';
import { bridgesOf, removeBridges, setForwarding } from './net.mjs';
import { findMarked, killAll } from './process.mjs';
import { folders, readRecord } from './record.mjs';
import { stopRegistry } from './registry.mjs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { NEWEST, toolset } from './toolset.mjs';

/**
 * Stop all that this home started and leave nothing of it but the cache.
 * @param {import('./paths.mjs').Layout} at
 * @param {{purge?: boolean}} [options]  purge: the cache too
 */
export async function down(at, { purge = false } = {}) {
  await withLock(at.locks, 'up', async () => {
    const owner = `ndc-${at.id}`;
    if (existsSync(join(at.sets, NEWEST, 'set.json'))) {
      const set = await toolset(at);
      await Promise.all((await folders(at.agents)).map((name) => stopAgent(at, set, name)));
      await Promise.all((await folders(at.registries)).map((name) => stopRegistry(at, name)));
      // What a crash left without a record.
      await killAll(() => findMarked(owner));
      await removeBridges(set, owner);
    }
    const state = await readRecord(at.state);
    await removeTree(at.run);
    // Forwarding is the machine's: give it back unless another home still needs it.
    if (state?.forwarding === '0' && (await bridgesOf('ndc')).length === 0) await setForwarding('0');
  });
  if (purge) await rm(at.home, { recursive: true, force: true });
}
