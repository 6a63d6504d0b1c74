import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { osRelease } from './apt.mjs';
import { withLock } from './lock.mjs';
import { CA_PATH, machineCa } from './machine.mjs';
import { packLayer } from './pack.mjs';
import { pushImage } from './push.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { makeBusybox } from './rootfs-busybox.mjs';
import { makeDebian } from './rootfs-debian.mjs';
import { makeNode } from './rootfs-node.mjs';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The base images, made once and kept packed; a public registry may not be in reach.
 * @param {import('./paths.mjs').Layout} at
 * @param {import('./toolset.mjs').Toolset} set
 * @param {string} host  registry they go to
 */
export async function pushBaseImages(at, set, host) {
  const [{ codename, ...debian }, busybox] = await Promise.all([debianLayer(at, set), busyboxLayer(at, set)]);
  await pushImage(host, 'library/busybox', ['latest', '1', 'stable'], {
    layers: [busybox],
    config: { Env: [PATH], Cmd: ['sh'] },
  });
  const debianTags = [`${codename}-slim`, codename, 'bookworm-slim', 'stable-slim', 'latest'];
  await pushImage(host, 'library/debian', [...new Set(debianTags)], {
    layers: [debian],
    config: { Env: [PATH], Cmd: ['bash'] },
  });
  await pushNodeImage(at, set, host, '20');
}

/** `library/node` of one major version, under the tags that Dockerfiles use; all name one image. */
export async function pushNodeImage(at, set, host, major) {
  const { codename, ...debian } = await debianLayer(at, set);
  const { version, ...node } = await nodeLayer(at, set, major);
  const trust = (await machineCa()) ? [`NODE_EXTRA_CA_CERTS=${CA_PATH}`] : [];
  const config = {
    Env: [PATH, `NODE_VERSION=${version}`, ...trust],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node'],
  };
  const bases = [major, version];
  const kinds = ['', '-slim', '-alpine', '-bookworm', '-bookworm-slim', `-${codename}`, `-${codename}-slim`];
  const tags = [...new Set(bases.flatMap((base) => kinds.map((kind) => base + kind)))];
  const digest = await pushImage(host, 'library/node', tags, { layers: [debian, node], config });
  return { name: `node:${major}`, version, digest };
}

/** A layer made once: `make` fills an empty folder and returns what to remember with it. */
async function cachedLayer(at, name, make) {
  const dir = join(at.images, name);
  const load = async () => {
    const record = await readRecord(join(dir, 'layer.json'));
    return record && { ...record, file: join(dir, 'layer.tar.gz') };
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
      const layer = await packLayer(join(work, 'root'), join(work, 'layer.tar.gz'));
      await mkdir(dir, { recursive: true });
      await rename(layer.file, join(dir, 'layer.tar.gz'));
      await rm(join(dir, 'root'), { recursive: true, force: true });
      if (facts?.keepRoot) await rename(join(work, 'root'), join(dir, 'root'));
      await writeRecord(join(dir, 'layer.json'), { ...layer, file: undefined, ...facts });
      return load();
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

const busyboxLayer = (at, set) => cachedLayer(at, 'busybox', (root) => makeBusybox(set, root));

const debianLayer = (at, set) =>
  cachedLayer(at, 'debian', async (root) => {
    await makeDebian(set, root);
    const { VERSION_CODENAME: codename } = await osRelease();
    // Kept unpacked too: layers made later look into it.
    return { codename, keepRoot: true };
  });

const nodeLayer = (at, set, major) =>
  cachedLayer(at, `node-${major}`, async (root) => ({
    version: await makeNode(join(at.images, 'debian/root'), root, major),
  }));
