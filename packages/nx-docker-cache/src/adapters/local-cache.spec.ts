import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalCache } from './local-cache';

describe('LocalCache', () => {
  const cache = new LocalCache();
  let root: string;

  const blob = (folder: string, content: string, ageMinutes = 0): { digest: string; size: number } => {
    const hex = createHash('sha256').update(content).digest('hex');
    const path = join(folder, 'blobs/sha256', hex);
    mkdirSync(join(folder, 'blobs/sha256'), { recursive: true });
    writeFileSync(path, content);
    const time = Date.now() / 1000 - ageMinutes * 60;
    utimesSync(path, time, time);
    return { digest: `sha256:${hex}`, size: content.length };
  };
  /** A layout as buildx writes it: an index that names a manifest that names a config and layers. */
  const layout = (name: string, layers: readonly string[], ageMinutes = 0): string => {
    const folder = join(root, name);
    const manifest = {
      config: blob(folder, `config of ${name}`),
      layers: layers.map((text) => blob(folder, text)),
    };
    const index = { manifests: [blob(folder, JSON.stringify(manifest))] };
    writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
    const time = Date.now() / 1000 - ageMinutes * 60;
    utimesSync(join(folder, 'index.json'), time, time);
    return folder;
  };
  const names = (folder: string): string[] => readdirSync(join(folder, 'blobs/sha256'));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'local-cache-'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is there once something was written', async () => {
    expect(await cache.exists(join(root, 'main'))).toBe(false);
    expect(await cache.exists(layout('main', ['layer']))).toBe(true);
    writeFileSync(join(root, 'main/index.json'), 'garbage');
    expect(await cache.exists(join(root, 'main'))).toBe(false);
  });

  it('drops old blobs that nothing names any more', async () => {
    const keep = layout('main', ['layer']);
    blob(keep, 'of an earlier build', 60);
    blob(keep, 'of a build that still writes', 1);
    expect(names(keep)).toHaveLength(5);
    await cache.prune(root, keep, Infinity);
    expect(names(keep)).toHaveLength(4);
    expect(await cache.exists(keep)).toBe(true);
  });

  it('follows an index in an index', async () => {
    const keep = join(root, 'nested');
    const layer = blob(keep, 'deep layer', 60);
    const inner = blob(keep, JSON.stringify({ config: blob(keep, 'config', 60), layers: [layer] }), 60);
    const outer = blob(keep, JSON.stringify({ manifests: [inner] }), 60);
    writeFileSync(join(keep, 'index.json'), JSON.stringify({ manifests: [outer] }));
    await cache.prune(root, keep, Infinity);
    expect(names(keep)).toHaveLength(4);
  });

  it('drops whole caches until the rest fits, oldest first, its own last', async () => {
    const [old, young, own] = [
      layout('a', ['x'.repeat(1000)], 99),
      layout('b', ['y'.repeat(1000)], 9),
      layout('c', ['z'.repeat(1000)], 999),
    ];
    const { bytes, dropped } = await cache.prune(root, own, 2_800);
    expect(dropped).toEqual([old]);
    expect(bytes).toBeLessThanOrEqual(2_800);
    expect([old, young, own].map(existsSync)).toEqual([false, true, true]);
    expect((await cache.prune(root, own, 1)).dropped).toEqual([young, own]);
  });

  it('touches nothing of a garbage layout that it cannot read', async () => {
    const keep = layout('main', ['layer']);
    writeFileSync(join(keep, 'index.json'), 'garbage');
    await cache.prune(root, keep, Infinity);
    expect(names(keep)).toHaveLength(3);
  });

  it('has nothing to do where there is nothing', async () => {
    expect(await cache.prune(join(root, 'none'), join(root, 'none/x'), 1)).toEqual({ bytes: 0, dropped: [] });
  });

  it('is claimed by one at a time', async () => {
    const release = await cache.claim(join(root, 'main'));
    expect(release).toBeDefined();
    expect(await cache.claim(join(root, 'main'))).toBeUndefined();
    expect(await cache.claim(join(root, 'other'))).toBeDefined();
    await release?.();
    expect(await cache.claim(join(root, 'main'))).toBeDefined();
  });
});
