import { DEFAULT_CACHE_TAG, type CacheOptions } from '../model/options';
import { hasHost } from './names';

/**
 * Names a registry for layers alone, beside the one for images: Nx Cloud sets it on agents whose cluster has such a
 * registry. https://nx.dev/docs/features/ci-features/docker-layer-caching
 */
export const LAYER_REGISTRY = 'NX_DOCKER_CACHE_REGISTRY';

/**
 * Where the environment names a registry for layers, and the options no place for them, the cache of `image` lies there,
 * under the image's path. Its tags are scopes alone: the cluster's clean-up keeps the tag `main`.
 * @param image name with or without a host
 */
export function withLayerRegistry(
  options: CacheOptions,
  image: string,
  environment: Readonly<Record<string, string>>,
): CacheOptions {
  const registry = environment[LAYER_REGISTRY]?.trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  const isFree = options.repository === undefined && (options.kind ?? 'registry') === 'registry';
  if (!isFree || registry === undefined || registry === '') return options;
  const path = hasHost(image) ? image.slice(image.indexOf('/') + 1) : image;
  const tag = options.tag === DEFAULT_CACHE_TAG ? '{scope}{variant}' : options.tag;
  return { ...options, repository: `${registry}/${path}`, tag };
}
