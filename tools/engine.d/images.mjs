import { join } from 'node:path';
import { ownArchive } from './apt.mjs';
import { cachedLayer } from './layers.mjs';
import { CA_PATH, machineNpm } from './machine.mjs';
import { pushImage } from './push.mjs';
import { makeBusybox } from './rootfs-busybox.mjs';
import { debianInputs, makeDebian } from './rootfs-debian.mjs';
import { makeNode, nodeInputs } from './rootfs-node.mjs';

const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The base images, made once and kept packed; a public registry may not be in reach.
 * @param {import('./paths.mjs').Layout} at
 * @param {import('./toolset.mjs').Toolset} set
 * @param {string} host  registry they go to
 */
export async function pushBaseImages(at, set, host) {
  const npm = await machineNpm();
  const { codename } = await ownArchive();
  const [debian, busybox] = await Promise.all([debianLayer(at, set, npm), busyboxLayer(at, set)]);
  await pushImage(host, 'library/busybox', ['latest', '1', 'stable'], {
    layers: [busybox],
    config: { Env: [PATH], Cmd: ['sh'] },
  });
  const tags = new Set([`${codename}-slim`, codename, 'bookworm-slim', 'stable-slim', 'latest']);
  await pushImage(host, 'library/debian', [...tags], {
    layers: [debian],
    config: { Env: [PATH], Cmd: ['bash'] },
  });
  await pushNodeImage(at, set, host, '20', npm);
}

/** `library/node` of one major version, under the tags that Dockerfiles use; all name one image. */
export async function pushNodeImage(at, set, host, major, npm) {
  npm ??= await machineNpm();
  const { codename } = await ownArchive();
  const debian = await debianLayer(at, set, npm);
  const node = await nodeLayer(at, debian, major, npm);
  const config = {
    Env: [PATH, `NODE_VERSION=${node.version}`, ...(npm.ca ? [`NODE_EXTRA_CA_CERTS=${CA_PATH}`] : [])],
    Entrypoint: ['docker-entrypoint.sh'],
    Cmd: ['node'],
  };
  const kinds = ['', '-slim', '-alpine', '-bookworm', '-bookworm-slim', `-${codename}`, `-${codename}-slim`];
  const tags = new Set([major, node.version].flatMap((version) => kinds.map((kind) => version + kind)));
  const digest = await pushImage(host, 'library/node', [...tags], { layers: [debian, node], config });
  return { name: `node:${major}`, version: node.version, digest };
}

const busyboxLayer = (at, set) =>
  cachedLayer(
    at,
    'busybox',
    { recipe: './rootfs-busybox.mjs', inputs: set.packages['busybox-static'] },
    (root) => makeBusybox(set, root),
  );

/** Kept unpacked too: the layers on top look into it. */
const debianLayer = async (at, set, npm) =>
  cachedLayer(
    at,
    'debian',
    { recipe: './rootfs-debian.mjs', inputs: await debianInputs(npm), keepRoot: true },
    (root) => makeDebian(set, root, npm),
  );

const nodeLayer = async (at, debian, major, npm) =>
  cachedLayer(
    at,
    `node-${major}`,
    { recipe: './rootfs-node.mjs', inputs: [debian.digest, await nodeInputs(npm)] },
    async (root) => ({ version: await makeNode(join(debian.dir, 'root'), root, major, npm) }),
  );
