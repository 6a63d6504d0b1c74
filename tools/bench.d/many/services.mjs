/** Many services, of which 1, 5 or all have changed: everybody who may build them, side by side. */
import { cp, mkdtemp, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as engine from '../../engine.d/index.mjs';
import { environmentOf } from '../../demo.d/agent.mjs';
import { AGENT, REGISTRY } from '../rounds.mjs';
import { PEERS } from './peers.mjs';
import { changeServices, countReceipts, forget, head, makeServices } from './workspace.mjs';

/** How many have changed; the last one is all. */
export const changes = (count) => [...new Set([1, 5, count])].filter((changed) => changed <= count);

/**
 * @param {{tarball: string, count: number, state: object, only?: string[]}} options state gets `manyFolder`, which is the
 *   caller's to remove
 * @returns {Promise<{count: number, samples: {peer: string, changed: number, ms: number, peakMb?: number, built?: number,
 *   skipped?: number}[]}>}
 */
export async function measureServices({ tarball, count, state, only }) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'nx-docker-cache-many-')));
  state.manyFolder = folder;
  await engine.up();
  const { host, storage } = await engine.registry(REGISTRY, { fresh: true });
  const at = await makeServices(folder, { tarball, host, count });
  const peers = PEERS.filter(({ id, family }) => !only || only.includes(id) || only.includes(family));
  await fill(peers, { at, host, folder, storage });
  const samples = [];
  for (const changed of changes(count)) {
    const base = await head(at);
    await changeServices(at, changed, `change of ${changed}`);
    for (const peer of peers) {
      const { ms, peakMb } = await onFreshAgent((env) => peer.run({ at, host, env, base, folder }), at);
      const counts = peer.ours ? await countReceipts(at) : {};
      samples.push({ peer: peer.id, changed, ms, ...(peer.ours && peakMb && { peakMb }), ...counts });
      const receipts = peer.ours
        ? `  ${counts.built} built, ${counts.skipped} skipped, ${peakMb?.toFixed(0)} MB`
        : '';
      console.log(
        `${changed} of ${count} changed  ${peer.id.padEnd(14)} ${(ms / 1000).toFixed(2).padStart(8)} s${receipts}`,
      );
    }
  }
  return { count, samples };
}

/** Every family builds all services once; copies of a family are copied in the registry. */
async function fill(peers, { at, host, folder, storage }) {
  for (const peer of peers.filter(({ copyOf }) => copyOf === undefined)) {
    const { ms } = await onFreshAgent((env) => (peer.fill ?? peer.run)({ at, host, env, folder }), at);
    console.log(`the first build of all  ${peer.id.padEnd(14)} ${(ms / 1000).toFixed(2).padStart(8)} s`);
  }
  const repositories = join(storage, 'docker/registry/v2/repositories');
  for (const { family, copyOf } of peers.filter((peer) => peer.copyOf !== undefined))
    await cp(join(repositories, copyOf), join(repositories, family), { recursive: true });
}

async function onFreshAgent(run, at) {
  await forget(at);
  await engine.agent(AGENT, { fresh: true });
  return run(await environmentOf(AGENT));
}
