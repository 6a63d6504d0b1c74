/** Base images in a registry of our own, whose tags can be moved. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VARIANTS = ['one', 'two', 'three'];
const TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/** Builds the variants. @returns {Record<string, {digest: string, type: string, body: Buffer}>} manifests by variant */
export async function pushBases(host, env) {
  const folder = mkdtempSync(join(tmpdir(), 'soundness-base-'));
  const manifests = {};
  try {
    for (const variant of VARIANTS) {
      writeFileSync(join(folder, 'marker'), variant);
      writeFileSync(join(folder, 'Dockerfile'), 'FROM busybox\nCOPY marker /marker\n');
      execFileSync(
        'docker',
        [
          'buildx',
          'build',
          '--quiet',
          '--provenance=false',
          '--push',
          '--tag',
          `${host}/base:${variant}`,
          folder,
        ],
        { env, stdio: ['ignore', 'ignore', 'pipe'] },
      );
      const answer = await fetch(`http://${host}/v2/base/manifests/${variant}`, {
        headers: { accept: TYPES.join(', ') },
      });
      manifests[variant] = {
        digest: answer.headers.get('docker-content-digest'),
        type: answer.headers.get('content-type'),
        body: Buffer.from(await answer.arrayBuffer()),
      };
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return manifests;
}

/** One workspace's own moving tag. */
export class Bases {
  at = VARIANTS[0];
  #manifests;
  #tag;

  constructor(host, manifests, number) {
    this.host = host;
    this.#manifests = manifests;
    this.#tag = `moving-${number}`;
    this.moving = `${host}/base:${this.#tag}`;
  }

  pinned(random) {
    return `${this.host}/base:any@${this.#manifests[random.pick(VARIANTS)].digest}`;
  }

  async move(random) {
    await this.moveTo(random.pick(VARIANTS.filter((variant) => variant !== this.at)));
    return this.at;
  }

  async moveTo(variant) {
    const { type, body } = this.#manifests[variant];
    const answer = await fetch(`http://${this.host}/v2/base/manifests/${this.#tag}`, {
      method: 'PUT',
      headers: { 'content-type': type },
      body,
    });
    if (!answer.ok) throw new Error(`the tag was not moved: ${answer.status}`);
    this.at = variant;
  }
}
