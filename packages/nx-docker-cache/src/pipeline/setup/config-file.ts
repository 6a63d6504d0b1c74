import { parseJsonObject, type Json } from '../../layout/json';
import { bareRegistry } from '../../options';
import { checkRegistry, environmentNames, placeholders } from '../../plan';
import { CONFIG_FILE, type Setup, type SetupFacts } from '../../setup';

/**
 * A registry as the configuration is to hold it. What a template gives is known only where it is built.
 * @throws DockerCacheError INVALID_REFERENCE
 */
export function registryToWrite(given: string): string {
  const registry = bareRegistry(given);
  const isTemplate = [...placeholders(registry), ...environmentNames(registry)].length > 0;
  return isTemplate ? registry : checkRegistry(registry);
}

/** The registry that builds push to once the edits are made: one that the file had before was kept. */
export function registryInFile({ edits }: Setup, { texts }: Pick<SetupFacts, 'texts'>): string | undefined {
  const text = edits.find(({ path }) => path === CONFIG_FILE)?.after ?? texts[CONFIG_FILE];
  const { registry } = defaultsIn(text);
  return typeof registry === 'string' ? bareRegistry(registry) : undefined;
}

/** The option of all builds; `init` writes none. */
export function defaultBranchInFile({ texts }: Pick<SetupFacts, 'texts'>): string | undefined {
  const { defaultBranch } = defaultsIn(texts[CONFIG_FILE]);
  return typeof defaultBranch === 'string' ? defaultBranch : undefined;
}

function defaultsIn(text: string | undefined): Json {
  const { defaults } = { ...parseJsonObject(text ?? '') };
  return { ...(defaults as Json | undefined) };
}
