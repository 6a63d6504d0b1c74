import { DockerCacheError } from '../errors';
import type { Ports } from './ports';

/** Builds of one solve at most; for Nx, which hands its own `--parallel` to no batch. */
export const PARALLEL = 'NX_DOCKER_CACHE_PARALLEL';

/** A number of builds, 1 or more; undefined where the text is none. */
export function countOf(text: string): number | undefined {
  return /^0*[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** How many builds were asked for at a time; undefined where nobody did. @throws DockerCacheError INVALID_OPTIONS */
export function parallelOf({ environment }: Pick<Ports, 'environment'>): number | undefined {
  const text = environment.get(PARALLEL)?.trim() ?? '';
  if (text === '') return undefined;
  const count = countOf(text);
  if (count !== undefined) return count;
  throw new DockerCacheError({
    code: 'INVALID_OPTIONS',
    message: `${PARALLEL} does not say how many builds are solved at a time`,
    expected: 'a whole number, 1 or more',
    found: `${PARALLEL}=${text}`,
    hint: `Set it to such a number, or unset it: then the engine's processors decide.`,
  });
}
