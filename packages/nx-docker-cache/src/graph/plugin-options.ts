import { DockerCacheError, formatError } from '../errors';
import type { RawPluginOptions } from '../options';
import { optionsRoom } from './lazy';

/**
 * The options of the plugin in nx.json. @throws Error with every problem in its message: Nx prints no more of it
 */
export function readPluginOptions(options: unknown): RawPluginOptions {
  if (options === undefined || options === null || isEmpty(options)) return {};
  try {
    return optionsRoom().parsePluginOptions(options);
  } catch (error) {
    if (error instanceof DockerCacheError) throw new Error(formatError(error), { cause: error });
    throw error;
  }
}

function isEmpty(options: unknown): boolean {
  return typeof options === 'object' && Object.keys(options as object).length === 0;
}
