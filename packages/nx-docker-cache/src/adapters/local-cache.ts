import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { claimFile } from './claim-file';
import type { LocalCachePort } from '../ports/files';

/** Blobs younger than this may belong to a build that is still writing. */
const GRACE_MS = 10 * 60_000;

const descriptor = z.object({ digest: z.string() });
const indexSchema = z.object({ manifests: z.array(descriptor) });
/** A cache manifest: an image manifest with a config and layers, or an index over layers (the older form). */
const manifestSchema = z.object({
  config: descriptor.optional(),
  layers: z.array(descriptor).optional(),
  manifests: z.array(descriptor).optional(),
});

/** OCI layouts that buildx writes as `type=local`. It adds blobs and never removes one; that is done here. */
export class LocalCache implements LocalCachePort {
  async exists(folder: string): Promise<boolean> {
    return (await readIndex(folder)).length > 0;
  }

  claim(folder: string): Promise<(() => Promise<void>) | undefined> {
    return claimFile(`${folder}.lock`);
  }

  async prune(root: string, keep: string, maxBytes: number): Promise<{ bytes: number; dropped: string[] }> {
    await dropUnnamedBlobs(keep);
    const layouts = await Promise.all((await findLayouts(root)).map(measure));
    let bytes = layouts.reduce((sum, layout) => sum + layout.bytes, 0);
    const dropped: string[] = [];
    // The cache that was just written goes last: the next build reads it.
    const oldestFirst = layouts.sort(
      (a, b) => Number(a.folder === keep) - Number(b.folder === keep) || a.time - b.time,
    );
    for (const layout of oldestFirst) {
      if (bytes <= maxBytes) break;
      await rm(layout.folder, { recursive: true, force: true });
      bytes -= layout.bytes;
      dropped.push(layout.folder);
    }
    return { bytes, dropped };
  }
}

async function dropUnnamedBlobs(folder: string): Promise<void> {
  const named = new Set<string>();
  for (const digest of await readIndex(folder)) await collect(folder, digest, named);
  if (named.size === 0) return;
  const blobs = join(folder, 'blobs', 'sha256');
  for (const name of await readdir(blobs)) {
    if (named.has(`sha256:${name}`)) continue;
    const path = join(blobs, name);
    if (Date.now() - (await stat(path)).mtimeMs > GRACE_MS) await rm(path, { force: true });
  }
}

async function collect(folder: string, digest: string, named: Set<string>): Promise<void> {
  if (named.has(digest)) return;
  named.add(digest);
  const parsed = manifestSchema.safeParse(await readJson(join(folder, 'blobs', digest.replace(':', '/'))));
  if (!parsed.success) return;
  const { config, layers, manifests } = parsed.data;
  for (const entry of [...(config === undefined ? [] : [config]), ...(layers ?? [])]) named.add(entry.digest);
  for (const child of manifests ?? []) await collect(folder, child.digest, named);
}

async function readIndex(folder: string): Promise<string[]> {
  const parsed = indexSchema.safeParse(await readJson(join(folder, 'index.json')));
  return parsed.success ? parsed.data.manifests.map(({ digest }) => digest) : [];
}

/** Blobs that are no JSON are layers, found by trying; large ones are not read. */
async function readJson(path: string): Promise<unknown> {
  try {
    if ((await stat(path)).size > 4_000_000) return undefined;
    return JSON.parse(await readFile(path, 'utf8')) as unknown;
  } catch {
    return undefined;
  }
}

async function findLayouts(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === 'oci-layout' || name === 'index.json')) return [folder];
  const nested = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => findLayouts(join(folder, entry.name)));
  return (await Promise.all(nested)).flat();
}

async function measure(folder: string): Promise<{ folder: string; bytes: number; time: number }> {
  const blobs = join(folder, 'blobs', 'sha256');
  const names = await readdir(blobs).catch(() => []);
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(blobs, name))).size));
  const time = (await stat(join(folder, 'index.json')).catch(() => stat(folder))).mtimeMs;
  return { folder, bytes: sizes.reduce((sum, size) => sum + size, 0), time };
}
