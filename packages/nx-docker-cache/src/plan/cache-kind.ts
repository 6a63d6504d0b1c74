import { DockerCacheError } from '../errors';
import type { CacheKind } from '../model/options';
import type { Warning } from '../model/plan';
import type { CacheInput } from './cache-input';

/** Tag beside the image that tells later builds that this registry takes images and no cache manifests. */
const REFUSAL_TAG = 'no-cache-manifests';

export interface ChosenKind {
  readonly kind: CacheKind;
  readonly reason: string;
  readonly warnings: readonly Warning[];
}

/**
 * Where a refusal of cache manifests is remembered, for agents forget all: beside the image, and only for builds that may
 * answer one by keeping the cache in that image. Undefined for the others.
 */
export function refusalRef(
  input: Pick<CacheInput, 'options' | 'image' | 'hasRegistry' | 'pushes' | 'tier'>,
): string | undefined {
  const { options, image, hasRegistry, pushes, tier } = input;
  const isFree = options.kind === undefined && options.repository === undefined;
  return isFree && hasRegistry && pushes && tier !== 'untrusted' ? `${image}:${REFUSAL_TAG}` : undefined;
}

/** The kind of cache that this engine and registry allow, and why. @throws DockerCacheError NO_REGISTRY */
export function chooseKind(input: CacheInput): ChosenKind {
  const { options, engine } = input;
  if (options.kind === 'registry' && !input.hasRegistry && options.repository === undefined) {
    throw new DockerCacheError({
      code: 'NO_REGISTRY',
      message: 'cache kind registry needs a registry',
      expected: 'the option `registry`, an `image` with a host, or `cache.repository`',
      found: `image ${input.image}`,
      hint: 'Set `registry`, for instance ghcr.io/acme: in the plugin options of nx.json, or in nx-docker-cache.json.',
    });
  }
  const wanted =
    options.kind ?? (input.hasRegistry || options.repository !== undefined ? 'registry' : 'local');
  const refusal = refusalRef(input);
  if (wanted === 'registry' && input.refused && refusal !== undefined) {
    return {
      kind: 'inline',
      reason: `${refusal} tells that the registry takes no cache manifests`,
      warnings: [],
    };
  }
  const reason =
    options.kind !== undefined
      ? 'set by the options'
      : wanted === 'registry'
        ? 'a registry is known'
        : 'no registry is set';
  if (wanted === 'none' || (engine.cacheExporters as readonly string[]).includes(wanted)) {
    return { kind: wanted, reason, warnings: [] };
  }
  const fallback: CacheKind = input.hasRegistry ? 'inline' : 'none';
  return {
    kind: fallback,
    reason: `this engine cannot export a ${wanted} cache`,
    warnings: [
      {
        code: 'CACHE_EXPORTER',
        message: `builder ${engine.builder} (driver ${engine.driver}, without the containerd image store) cannot export a ${wanted} cache; ${
          fallback === 'inline'
            ? 'the image holds its own cache, and so does one of each named stage, which is built and pushed beside it'
            : "only the engine's own cache is used"
        }`,
        hint: 'Turn on the containerd image store ("features": {"containerd-snapshotter": true} in daemon.json), or use a builder: docker buildx create --use.',
      },
    ],
  };
}
