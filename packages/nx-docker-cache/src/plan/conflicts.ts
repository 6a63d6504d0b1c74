import { DockerCacheError } from '../errors';
import type { BuildPlan, CacheTarget } from '../model/plan';

/** What one build of a run will write where others can see it. */
export interface Writes {
  readonly project: string;
  readonly caches: readonly CacheTarget[];
  /** Full references that are pushed, the one of an inline cache too. */
  readonly pushes: readonly string[];
  /** Full references that the engine gets. */
  readonly loads: readonly string[];
}

type Verb = 'cache' | 'push' | 'load';

/**
 * One cache ref and one tag have one writer in a run: of two, the second would leave nothing of the first, and no
 * error would say so. A project's own cache and image are two as well.
 * @throws DockerCacheError CONFLICTING_PLAN for the first pair that would write the same
 */
export function checkConflicts(builds: readonly Writes[]): void {
  const writers = new Map<string, { readonly project: string; readonly verb: Verb }>();
  for (const { project, caches, pushes, loads } of builds) {
    // Images first: two of one name have one cache, too, and that is no help.
    const written = [
      ...pushes.map((ref) => ({ place: `registry ${ref}`, ref, verb: 'push' as const })),
      ...loads.map((ref) => ({ place: `engine ${ref}`, ref, verb: 'load' as const })),
      ...caches.flatMap((cache) => {
        const place = placeOf(cache);
        return place === undefined ? [] : [{ place, ref: cache.ref, verb: 'cache' as const }];
      }),
    ];
    for (const { place, ref, verb } of written) {
      const other = writers.get(place);
      if (other !== undefined && other.verb !== verb) throw mixed([other.project, project], ref);
      if (other !== undefined && other.project !== project)
        throw conflict([other.project, project], ref, verb);
      writers.set(place, { project, verb });
    }
  }
}

/**
 * The same of the platforms of one image, each of which has a writer of its own.
 * @throws DockerCacheError CONFLICTING_PLAN
 */
export function checkParts(project: string, parts: readonly BuildPlan[]): void {
  const writers = new Map<string, string>();
  for (const { cache, platforms } of parts) {
    const platform = platforms.join();
    for (const target of cache.to) {
      const place = placeOf(target);
      const other = place === undefined ? undefined : writers.get(place);
      if (place !== undefined) writers.set(place, platform);
      if (other === undefined || other === platform) continue;
      throw new DockerCacheError({
        code: 'CONFLICTING_PLAN',
        message: `the builds of ${project} for ${other} and ${platform} would write one cache, and nothing was built`,
        expected: 'a cache ref of its own for each platform',
        found: target.ref,
        hint: 'Put {variant} into `cache.tag` (into the entry, where it is one of `cache.to`).',
      });
    }
  }
}

/** Where a cache is kept, equal for two that are one; undefined where it is a part of the image. */
function placeOf({ entry, ref }: CacheTarget): string | undefined {
  const type = /(?:^|,)type=(\w+)/.exec(entry)?.[1] ?? '';
  if (type === 'inline') return undefined;
  // A reference says it all; elsewhere a name may be one in two buckets or accounts.
  return type === 'registry' || type === 'local' ? `${type} ${ref}` : entry;
}

const WRITES = { cache: 'write one cache', push: 'push one image and tag', load: 'load one image and tag' };

function conflict([first, second]: readonly [string, string], ref: string, verb: Verb): DockerCacheError {
  const isCache = verb === 'cache';
  return new DockerCacheError({
    code: 'CONFLICTING_PLAN',
    message: `${first} and ${second} would ${WRITES[verb]}, and nothing was built`,
    expected: isCache
      ? 'a cache ref of its own for each project'
      : 'an image or a tag of its own for each project',
    found: ref,
    hint: isCache
      ? 'Put {projectName} into `cache.repository` or `cache.tag` (into the entry, where it is one of `cache.to`), or give the images different names.'
      : 'Put {projectName} into `image`, or give one of the two another `image` or other `tags`.',
  });
}

function mixed([first, second]: readonly [string, string], ref: string): DockerCacheError {
  const whose =
    first === second
      ? `the cache and the image of ${first}`
      : `a cache and an image of ${first} and ${second}`;
  return new DockerCacheError({
    code: 'CONFLICTING_PLAN',
    message: `${whose} would be pushed to one reference, and nothing was built`,
    expected: 'a reference of its own for each cache and each image',
    found: ref,
    hint: 'Change `cache.tag` (`cache-{scope}{variant}` by default), `cache.repository` or the entry of `cache.to`, or the option `tags`.',
  });
}
