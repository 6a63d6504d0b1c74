import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { packLayer } from './pack.mjs';
import { readRecord, writeRecord } from './record.mjs';

/**
 * A layer that is made once for the same inputs. The folder is named after them, so that a machine with
 * another certificate or npm, or a newer recipe, does not get the old one.
 * @param {import('./paths.mjs').Layout} at
 * @param {string} name
 * @param {{recipe: string, inputs: unknown, keepRoot?: boolean}} what  `recipe`: file here that makes it
 * @param {(root: string) => Promise<object | void>} make  fills an empty folder, returns what to remember
 * @returns {Promise<import('./push.mjs').Layer & {dir: string}>}
 */
export async function cachedLayer(at, name, { recipe, inputs, keepRoot = false }, make) {
  const source = await readFile(new URL(recipe, import.meta.url), 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([source, inputs]))
    .digest('hex')
    .slice(0, 12);
  const dir = join(at.images, `${name}@${key}`);
  const load = async () => {
    const record = await readRecord(join(dir, 'layer.json'));
    return record && { ...record, dir, file: join(dir, 'layer.tar.gz') };
  };
  const known = await load();
  if (known) return known;
  return withLock(at.locks, `image-${name}`, async () => {
    const meanwhile = await load();
    if (meanwhile) return meanwhile;
    await mkdir(at.images, { recursive: true });
    const work = await mkdtemp(join(at.images, `.${name}-`));
    try {
      await mkdir(join(work, 'root'), { mode: 0o755 });
      const facts = await make(join(work, 'root'));
      const { diffId, digest, size } = await packLayer(join(work, 'root'), join(work, 'layer.tar.gz'));
      if (!keepRoot) await rm(join(work, 'root'), { recursive: true });
      await writeRecord(join(work, 'layer.json'), { diffId, digest, size, ...facts });
      await removeOthers(at, name);
      await rename(work, dir);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return load();
  });
}

/** What was made for other inputs is of no use any more. */
async function removeOthers(at, name) {
  const stale = (await readdir(at.images)).filter((entry) => entry.startsWith(`${name}@`));
  for (const entry of stale) await rm(join(at.images, entry), { recursive: true, force: true });
}
