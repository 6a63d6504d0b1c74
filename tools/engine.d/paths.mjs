import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The state folder: downloads and built images live here and outlast `down`. */
export function engineHome(env = process.env) {
  if (env.NDC_ENGINE_HOME) return resolve(env.NDC_ENGINE_HOME);
  const cache = env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'nx-docker-cache', 'engine');
}

/**
 * Where things are. Two roots: `home` is the cache, `run` is what is up now.
 * `run` is short on purpose: a unix socket's path must fit in 108 bytes, and a home may be deep.
 */
export function layout(env = process.env) {
  const home = engineHome(env);
  const id = createHash('sha256').update(home).digest('hex').slice(0, 8);
  const base = process.getuid?.() === 0 ? '/run' : env.XDG_RUNTIME_DIR || home;
  const run = join(base, `ndc-${id}`);
  return {
    id,
    home,
    run,
    sets: join(home, 'sets'),
    images: join(home, 'images'),
    apt: join(home, 'apt'),
    state: join(run, 'up.json'),
    locks: join(home, 'locks'),
    agents: join(run, 'agents'),
    registries: join(run, 'registries'),
  };
}

/** @typedef {ReturnType<typeof layout>} Layout */
