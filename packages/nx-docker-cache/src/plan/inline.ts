import type { BuildPlan, CacheSource } from '../model/plan';

/**
 * Plans of one project's stages whose images are their own caches: each reads those of all, since a stage's steps lie in
 * its own image alone, and the stage itself may not be built this time.
 * @param all plans of the stages that are built, and of those that were proven unneeded
 */
export function sharingInline(plan: BuildPlan, all: readonly BuildPlan[]): BuildPlan {
  if (plan.cache.kind !== 'inline') return plan;
  const known = new Set(plan.cache.from.map(({ entry }) => entry));
  const others = all
    .filter(({ target }) => target !== plan.target)
    .flatMap(({ target, cache }) =>
      cache.from
        .filter(({ kind, entry }) => kind === 'inline' && !known.has(entry))
        .map((source): CacheSource => ({ ...source, reason: `stage ${target}, ${source.reason}` })),
    );
  // The nearest is named last, see `buildArgv`.
  const first = plan.argv.findIndex((word) => word === '--cache-from' || word === '--output');
  return {
    ...plan,
    cache: { ...plan.cache, from: [...plan.cache.from, ...others] },
    argv: plan.argv.toSpliced(first, 0, ...others.flatMap(({ entry }) => ['--cache-from', entry])),
  };
}
