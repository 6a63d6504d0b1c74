import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stopAgent } from './agent.mjs';
import { run } from './exec.mjs';
import { withLock } from './lock.mjs';
import { removeTree } from './mounts.mjs';
import { removeBridges } from './net.mjs';
import { findMarked, killAll } from './process.mjs';
import { folders, readRecord } from './record.mjs';
import { label } from './registry-container.mjs';
import { stopRegistry } from './registry.mjs';
import { NEWEST, toolset } from './toolset.mjs';

/**
 * Stop all that this home started and leave nothing of it but the cache.
 * @param {import('./paths.mjs').Layout} at
 * @param {{purge?: boolean}} [options]  purge: the cache too
 */
export async function down(at, { purge = false } = {}) {
  await withLock(at.locks, 'up', async () => {
    const state = await readRecord(at.state);
    await Promise.all((await folders(at.agents)).map((name) => stopAgent(at, name)));
    await Promise.all((await folders(at.registries)).map((name) => stopRegistry(at, name)));
    await removeStrays(at, state?.mode);
    await removeTree(at.run);
  });
  if (purge) await rm(at.home, { recursive: true, force: true });
}

/** What a crash left without a record. */
async function removeStrays(at, mode) {
  await killAll(() => findMarked(`ndc-${at.id}`));
  if (existsSync(join(at.sets, NEWEST, 'set.json'))) await removeBridges(await toolset(at), `ndc-${at.id}`);
  if (mode !== 'host') return;
  const { stdout } = await run('docker', ['ps', '--all', '--quiet', '--filter', `label=${label(at)}`], {
    allowFailure: true,
  });
  const containers = stdout.split('\n').filter(Boolean);
  if (containers.length > 0) await run('docker', ['rm', '--force', '--volumes', ...containers]);
}
