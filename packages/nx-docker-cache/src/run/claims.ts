import { outcome } from './cache-outcomes';
import type { CachePorts, ChosenCaches } from './caches';

/**
 * A folder has one writer at a time: two buildx that write one lose each other's files. Who comes second reads,
 * and leaves the writing to the first.
 * @returns the caches that are left, and what ends the claims
 */
export async function claimFolders(
  chosen: ChosenCaches,
  root: string,
  { localCache }: Pick<CachePorts, 'localCache'>,
): Promise<{ readonly chosen: ChosenCaches; readonly release: () => Promise<void> }> {
  const claims = await Promise.all(
    chosen.to.map(async (target) => ({
      target,
      release: target.kind === 'local' ? await localCache.claim(`${root}/${target.ref}`) : async () => {},
    })),
  );
  const taken = claims.filter(({ release }) => release === undefined).map(({ target }) => target);
  return {
    chosen: {
      ...chosen,
      to: chosen.to.filter((target) => !taken.includes(target)),
      dropped: [
        ...chosen.dropped,
        ...taken.map((target) =>
          outcome('to', target, 'unused', 'another build of it writes this folder now'),
        ),
      ],
    },
    release: async () => {
      for (const { release } of claims) await release?.();
    },
  };
}
