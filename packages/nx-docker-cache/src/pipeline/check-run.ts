import { DockerCacheError } from '../errors';
import { cachePlanOf, checkConflicts, identify, type Writes } from '../plan';
import type { Engines } from './engines';
import type { Identified } from './prepare';

/** A build of the run, and the stages beside it. */
export interface Understood {
  readonly request: { readonly id: string };
  readonly builds: readonly Identified[];
}

/**
 * Looks at what several builds of one run will write, before the first of them starts. Costs no content key.
 * @returns the lane of each, in order: builds of one lane can be one run of their builder
 * @throws DockerCacheError CONFLICTING_PLAN
 */
export async function checkRun(found: readonly Understood[], engines: Engines): Promise<string[]> {
  const lanes: string[] = [];
  const writes: Writes[] = [];
  for (const { request, builds } of found) {
    let lane = '';
    for (const [index, build] of builds.entries()) {
      const caches = await cachesOf(build, index > 0, engines);
      // What an inline cache holds is read by its own build only.
      if (caches.some(({ kind }) => kind === 'inline')) lane = request.id;
      const { tags, loadTags } = build.identity;
      writes.push({
        project: request.id,
        caches: caches.flatMap(({ to }) => to),
        pushes: [...tags, ...caches.flatMap(({ inlineTag }) => inlineTag ?? [])],
        loads: loadTags,
      });
    }
    lanes.push(`${builds[0]?.options.builder ?? ''} ${lane}`);
  }
  checkConflicts(writes);
  return lanes;
}

/** None where no engine answers, or it cannot do this: the build's own turn says why, and a skip needs none. */
async function cachesOf(
  { options, facts }: Identified,
  beside: boolean,
  engines: Engines,
): Promise<ReturnType<typeof cachePlanOf>[]> {
  try {
    const engine = await engines.facts(options.builder);
    const { platforms } = options;
    // Each platform of several has a cache of its own.
    const builds = platforms.length < 2 ? [platforms] : platforms.map((platform) => [platform]);
    return builds.map((some) => {
      const one = { ...options, platforms: some };
      return cachePlanOf(one, facts, identify(one, facts, beside), engine);
    });
  } catch (error) {
    if (error instanceof DockerCacheError) return [];
    throw error;
  }
}
