import type { BuildPlan, CacheSource } from '../model/plan';

/**
 * A plan of one of a project's stages whose images are their own caches: a stage's steps lie in its own image alone. What
 * is built with it brings its own; what is not has to be read as well. No more than that: where several caches hold one
 * step BuildKit may execute it all the same (https://github.com/moby/buildkit/issues/6418).
 * @param absent plans of stages that were proven unneeded
 */
export function sharingInline(plan: BuildPlan, absent: readonly BuildPlan[]): BuildPlan {
  if (plan.cache.kind !== 'inline') return plan;
  const known = new Set(plan.cache.from.map(({ entry }) => entry));
  const others = absent.flatMap(({ target, cache }) =>
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
