import { checkRegistry } from './names';
import { environmentNames, placeholders } from './template';

/**
 * A registry as the configuration is to hold it. What a template gives is known only where it is built.
 * @param registry without a scheme or a slash at its end
 * @throws DockerCacheError INVALID_REFERENCE
 */
export function registryToWrite(registry: string): string {
  const isTemplate = [...placeholders(registry), ...environmentNames(registry)].length > 0;
  return isTemplate ? registry : checkRegistry(registry);
}
