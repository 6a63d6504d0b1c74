import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import http from 'node:http';
import { EngineError } from './errors.mjs';

/**
 * One packed layer on disk.
 * @typedef {{file: string, digest: string, diffId: string, size: number}} Layer
 */

const TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
};
const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64' }[process.arch] ?? process.arch;

/**
 * Put an image into a registry without an engine. As on a public registry a tag is an index of platforms.
 * Nothing in it depends on the clock, so the same layers give the same digest every time.
 * @param {string} host  of a registry without authentication
 * @param {string} repository
 * @param {string[]} tags
 * @param {{layers: Layer[], config: object}} image  `config` is the image's run configuration: Env, Cmd, …
 * @returns {Promise<string>} digest of the index
 */
export async function pushImage(host, repository, tags, { layers, config }) {
  const api = `http://${host}/v2/${repository}`;
  const image = {
    architecture: ARCHITECTURE,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created_by: 'tools/engine' })),
  };
  const configBlob = document(TYPE.config, image);
  await putBlob(api, configBlob, configBlob.body);
  for (const layer of layers) await putBlob(api, layer, () => createReadStream(layer.file));
  const manifest = document(TYPE.manifest, {
    schemaVersion: 2,
    mediaType: TYPE.manifest,
    config: configBlob.descriptor,
    layers: layers.map(({ digest, size }) => ({ mediaType: TYPE.layer, digest, size })),
  });
  await putManifest(api, manifest.descriptor.digest, manifest);
  const index = document(TYPE.index, {
    schemaVersion: 2,
    mediaType: TYPE.index,
    manifests: [{ ...manifest.descriptor, platform: { architecture: ARCHITECTURE, os: 'linux' } }],
  });
  for (const tag of tags) await putManifest(api, tag, index);
  return index.descriptor.digest;
}

function document(mediaType, value) {
  const body = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(body).digest('hex')}`;
  return { body, digest, size: body.length, mediaType, descriptor: { mediaType, digest, size: body.length } };
}

async function putBlob(api, { digest, size }, body) {
  if ((await request('HEAD', `${api}/blobs/${digest}`)).status === 200) return;
  const { headers } = await request('POST', `${api}/blobs/uploads/`, { expect: 202 });
  const upload = new URL(headers.location, api);
  upload.searchParams.set('digest', digest);
  const type = { 'content-type': 'application/octet-stream', 'content-length': size };
  await request('PUT', upload, { body, headers: type, expect: 201 });
}

const putManifest = (api, reference, { body, mediaType }) =>
  request('PUT', `${api}/manifests/${reference}`, {
    body,
    headers: { 'content-type': mediaType },
    expect: 201,
  });

/** @param {{body?: Buffer | (() => import('node:stream').Readable), headers?: object, expect?: number}} [options] */
function request(method, url, { body, headers, expect } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = http.request(url, { method, headers, agent: false }, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode: status } = response;
        if (expect === undefined || status === expect) return resolve({ status, headers: response.headers });
        const text = Buffer.concat(chunks).toString().slice(0, 300);
        reject(
          new EngineError(
            'ENGINE_PUSH_FAILED',
            `Expected ${expect} of ${method} ${url}; found ${status}: ${text}`,
          ),
        );
      });
    });
    outgoing.on('error', reject);
    if (typeof body === 'function') body().on('error', reject).pipe(outgoing);
    else outgoing.end(body);
  });
}
