import type { BuildOptions } from '../model/options';
import { normalizeBuildOptions } from './normalize';
import { invalidOptions, toProblems, type Problem } from './problems';
import { checkRules } from './rules';
import {
  buildSchema,
  configFileSchema,
  pluginSchema,
  type ConfigFile,
  type RawPluginOptions,
} from './schema';

const BUILD_OPTION_NAMES = Object.keys(buildSchema.shape);

/**
 * Raw input of a build → validated options with defaults.
 * @param where whose input it is, for the error
 * @throws DockerCacheError INVALID_OPTIONS with every problem at once
 */
export function parseBuildOptions(input: unknown, where: string): BuildOptions {
  const parsed = buildSchema.safeParse(input);
  if (!parsed.success) throw invalidOptions(where, toProblems(parsed.error, input, BUILD_OPTION_NAMES));
  const problems: Problem[] = [];
  const options = normalizeBuildOptions(parsed.data, problems);
  problems.push(...checkRules(options));
  if (problems.length > 0) throw invalidOptions(where, problems);
  return options;
}

/** Options of the plugin in nx.json. @throws DockerCacheError INVALID_OPTIONS */
export function parsePluginOptions(input: unknown): RawPluginOptions {
  const parsed = pluginSchema.safeParse(input ?? {});
  if (parsed.success) return parsed.data;
  throw invalidOptions(
    'the plugin options in nx.json',
    toProblems(parsed.error, input, Object.keys(pluginSchema.shape)),
  );
}

/** The content of `nx-docker-cache.json`. @throws DockerCacheError INVALID_OPTIONS */
export function parseConfigFile(input: unknown): ConfigFile {
  const parsed = configFileSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidOptions('nx-docker-cache.json', toProblems(parsed.error, input, BUILD_OPTION_NAMES));
}

export { bareRegistry } from './normalize';
export { effectiveOptions } from './effective';
export type { ConfigFile, RawPluginOptions } from './schema';
export { parsePublishOptions } from './publish';
export { readPlatforms } from './platform';
export { parseReceipt } from './receipt';
