/** What an image in the registry holds, times left out. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

const ACCEPT = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');
const layers = new Map();

/** @returns {Promise<string>} equal for two images that differ in times only */
export async function imageContent(host, repository, digest) {
  const get = async (path) => {
    const answer = await fetch(`http://${host}/v2/${repository}/${path}`, { headers: { accept: ACCEPT } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const manifest = JSON.parse(await get(`manifests/${digest}`));
  const config = JSON.parse(await get(`blobs/${manifest.config.digest}`));
  const contents = [];
  for (const layer of manifest.layers) {
    if (!layers.has(layer.digest)) layers.set(layer.digest, layerContent(await get(`blobs/${layer.digest}`)));
    contents.push(layers.get(layer.digest));
  }
  const { created: _created, history, rootfs: _rootfs, ...rest } = config;
  const steps = history.map(({ created_by, empty_layer }) => [created_by, empty_layer]);
  return JSON.stringify([rest, steps, contents]);
}

/** Names, kinds, owners, modes, links and contents of a tar, sorted. */
function layerContent(blob) {
  const tar = blob.readUInt16BE(0) === 0x1f8b ? gunzipSync(blob) : blob;
  const entries = [];
  let long = {};
  for (let at = 0, end = 0; at + 512 <= tar.length && tar[at] !== 0; at = end) {
    const text = (from, length) => tar.toString('utf8', at + from, at + from + length).split('\0', 1)[0];
    const size = parseInt(text(124, 12).trim() || '0', 8);
    const body = tar.subarray(at + 512, at + 512 + size);
    end = at + 512 + Math.ceil(size / 512) * 512;
    const type = text(156, 1);
    if (type === 'x') {
      long = Object.fromEntries(
        [...body.toString('utf8').matchAll(/^\d+ ([^=]+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
      );
      continue;
    }
    const name = long.path ?? (text(345, 155) === '' ? text(0, 100) : `${text(345, 155)}/${text(0, 100)}`);
    const owner = [text(100, 8), text(108, 8), text(116, 8)];
    const content = createHash('sha256').update(body).digest('hex');
    entries.push([name, type, ...owner, long.linkpath ?? text(157, 100), content]);
    long = {};
  }
  return createHash('sha256').update(JSON.stringify(entries.sort())).digest('hex');
}
