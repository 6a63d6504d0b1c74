import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { osRelease } from './apt.mjs';
import { unavailable } from './errors.mjs';
import { withLock } from './lock.mjs';
import { install } from './toolset-install.mjs';
import { describe, NEWEST } from './toolset-paths.mjs';

export { NEWEST, toolEnv } from './toolset-paths.mjs';

/** @typedef {import('./toolset-paths.mjs').Toolset} Toolset */

/**
 * The programs of one engine generation; installs them the first time.
 * @param {import('./paths.mjs').Layout} at
 * @returns {Promise<Toolset>}
 */
export async function toolset(at, key = NEWEST) {
  const load = async () =>
    describe(join(at.sets, key), key, JSON.parse(await readFile(join(at.sets, key, 'set.json'), 'utf8')));
  const ready = () => existsSync(join(at.sets, key, 'set.json'));
  if (ready()) return load();
  await requireDebianRoot();
  await withLock(at.locks, 'install', () => (ready() ? undefined : install(at, key)));
  return load();
}

async function requireDebianRoot() {
  const { ID, ID_LIKE = '', PRETTY_NAME = process.platform } = await osRelease();
  if (ID !== 'debian' && !ID_LIKE.split(' ').includes('debian')) throw unavailable(PRETTY_NAME);
  if (process.getuid() !== 0) throw unavailable(`${PRETTY_NAME} without root`);
}
