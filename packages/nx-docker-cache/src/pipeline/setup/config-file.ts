import { parseJsonObject, type Json } from '../../layout/json';
import { bareRegistry } from '../../options';
import { CONFIG_FILE, type Setup, type SetupFacts } from '../../setup';

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

/** Raw options of publishing a project: what all have, and its own. */
export function publishIn(config: Json | undefined, name: string): unknown[] {
  const { defaults, projects } = { ...config } as Readonly<Record<string, Readonly<Record<string, Json>>>>;
  return [defaults?.['publish'], projects?.[name]?.['publish']];
}

function defaultsIn(text: string | undefined): Json {
  const { defaults } = { ...parseJsonObject(text ?? '') };
  return { ...(defaults as Json | undefined) };
}
