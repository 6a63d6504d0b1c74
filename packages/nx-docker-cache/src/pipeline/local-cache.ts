import { posix } from 'node:path';
import type { BuildPlan } from '../model/plan';
import { STATE_FOLDER } from '../plan';
import type { Ports } from './ports';

/** The bound of the local cache is advisory as the cache is: what goes wrong here is a line, not an error. */
export async function pruneLocalCache(
  plan: BuildPlan,
  { localCache, logger }: Pick<Ports, 'localCache' | 'logger'>,
): Promise<void> {
  const own = plan.cache.to.find(({ kind }) => kind === 'local');
  if (own === undefined) return;
  const root = posix.join(plan.workspaceRoot, STATE_FOLDER, 'cache');
  try {
    await localCache.prune(root, posix.join(plan.workspaceRoot, own.ref), plan.cacheLimit);
  } catch (error) {
    logger.warn(`the local cache could not be pruned: ${(error as Error).message}`);
  }
}
