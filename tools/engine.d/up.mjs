import { EngineError, unavailable } from './errors.mjs';
import { probeHost } from './host.mjs';
import { pushBaseImages } from './images.mjs';
import { withLock } from './lock.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { findRegistry, startRegistry } from './registry.mjs';
import { toolset } from './toolset.mjs';

/** The registry that holds the base images and that agents mirror. */
export const MAIN = 'main';

/**
 * @typedef {object} Up
 * @property {'host' | 'private'} mode  the machine's own engine, or programs beside the system
 * @property {string} registry  `127.0.0.1:port`
 * @property {boolean} images  whether the base images are in it; the machine's own engine pulls them itself
 * @property {Record<string, string>} versions
 */

/**
 * @typedef {object} UpOptions
 * @property {boolean} [registryOnly]  leave the base images out
 * @property {boolean} [private]  do not ask for an engine that answers already
 */

/**
 * Have an engine and a registry. Cheap when all is there.
 * @param {import('./paths.mjs').Layout} at
 * @param {UpOptions} [options]
 * @returns {Promise<Up>}
 */
export async function up(at, options = {}) {
  const ready = (state) =>
    state && (state.mode === 'host' ? !options.private : state.images || options.registryOnly);
  const known = await running(at);
  if (ready(known)) return known;
  return withLock(at.locks, 'up', async () => {
    const meanwhile = await running(at);
    if (ready(meanwhile)) return meanwhile;
    // What was private stays so: the question costs time, and agents mirror the private registry.
    const host = options.private || meanwhile ? undefined : await useHost(at);
    return host?.state ?? usePrivate(at, options, host?.missing);
  });
}

async function useHost(at) {
  const answer = await probeHost(at);
  if ('missing' in answer) return answer;
  try {
    const { host } = await startRegistry(at, 'container', MAIN);
    const state = { mode: 'host', registry: host, images: false, versions: answer.versions };
    await writeRecord(at.state, state);
    return { state };
  } catch (cause) {
    return {
      missing: `engine ${answer.versions.docker}, which cannot run a registry (${cause.message.split('\n').at(-1)})`,
    };
  }
}

async function usePrivate(at, { registryOnly = false }, missing) {
  const set = await toolset(at).catch((error) => {
    // Both ways are closed: say both.
    if (missing && error instanceof EngineError && error.code === 'ENGINE_UNAVAILABLE')
      throw unavailable(`${missing}, and ${error.found}`);
    throw error;
  });
  const registry = await startRegistry(at, 'program', MAIN);
  if (!registryOnly) await pushBaseImages(at, set, registry.host);
  const state = { mode: 'private', registry: registry.host, images: !registryOnly, versions: set.versions };
  await writeRecord(at.state, state);
  return state;
}

/** What is up, undefined when it is not or not any more. @returns {Promise<Up | undefined>} */
export async function running(at) {
  const state = await readRecord(at.state);
  const registry = state && (await findRegistry(at, MAIN));
  return registry?.host === state?.registry ? state : undefined;
}
