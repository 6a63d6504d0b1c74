import {
  ciSchema,
  configurationSchema,
  initSchema,
  type CiOptions,
  type ConfigurationOptions,
  type InitOptions,
} from './generators.schema';
import { invalidOptions, toProblems } from './problems';

/** @throws DockerCacheError INVALID_OPTIONS with every problem at once */
export function parseInitOptions(input: unknown): InitOptions {
  const parsed = initSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidOptions('the options of init', toProblems(parsed.error, input, Object.keys(initSchema.shape)));
}

/** @throws DockerCacheError INVALID_OPTIONS with every problem at once */
export function parseConfigurationOptions(input: unknown): ConfigurationOptions {
  const parsed = configurationSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const names = Object.keys(configurationSchema.shape);
  throw invalidOptions('the options of configuration', toProblems(parsed.error, input, names));
}

/** @throws DockerCacheError INVALID_OPTIONS with every problem at once */
export function parseCiOptions(input: unknown): CiOptions {
  const parsed = ciSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw invalidOptions('the options of ci', toProblems(parsed.error, input, Object.keys(ciSchema.shape)));
}

export type { CiOptions, ConfigurationOptions, InitOptions } from './generators.schema';
