import type { NxJsonConfiguration, Tree } from '@nx/devkit';
import { devkit } from '../../devkit';
import { DockerCacheError } from '../../errors';
import { appendTo, type Json } from '../../setup/json-edit';
import { PACKAGE } from '../shared/package';

export interface PluginOptions {
  readonly registry: string | undefined;
  readonly targetName: string | undefined;
}

/** The plugin's entry in nx.json. One that is there stays; options that are given now replace the ones in it. */
export function addPlugin(tree: Tree, given: PluginOptions): void {
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const nxJson = devkit().readNxJson(tree);
  if (nxJson === null) throw noNxJson();
  const entries = nxJson.plugins ?? [];
  const present = entries.findIndex((entry) => nameOf(entry) === PACKAGE);
  const isPlain = Object.keys(options).length === 0;
  if (present < 0) append(tree, nxJson, isPlain ? PACKAGE : { plugin: PACKAGE, options });
  else if (!isPlain && !hasAll(optionsOf(entries[present]!), options)) {
    const entry = entries[present]!;
    const whole = typeof entry === 'string' ? { plugin: entry } : entry;
    const plugins = entries.with(present, { ...whole, options: { ...optionsOf(entry), ...options } });
    devkit().updateNxJson(tree, { ...nxJson, plugins });
  }
}

type Entry = NonNullable<NxJsonConfiguration['plugins']>[number];

/** In the text, so that comments and formatting stay; as JSON where the text is unusual. */
function append(tree: Tree, nxJson: NxJsonConfiguration, entry: Entry): void {
  const text = tree.read('nx.json', 'utf8') ?? '{}';
  try {
    const changed = appendTo(text, ['plugins'], entry as Json);
    const { plugins } = devkit().parseJson<NxJsonConfiguration>(changed);
    if (nameOf(plugins?.at(-1) ?? '') !== PACKAGE)
      throw new SyntaxError('the entry is not where it should be');
    tree.write('nx.json', changed);
  } catch {
    devkit().updateNxJson(tree, { ...nxJson, plugins: [...(nxJson.plugins ?? []), entry] });
  }
}

function nameOf(entry: Entry): string {
  return typeof entry === 'string' ? entry : entry.plugin;
}

function optionsOf(entry: Entry): Record<string, unknown> {
  return typeof entry === 'string' ? {} : ((entry.options ?? {}) as Record<string, unknown>);
}

function hasAll(options: Record<string, unknown>, wanted: Record<string, unknown>): boolean {
  return Object.entries(wanted).every(([key, value]) => options[key] === value);
}

function noNxJson(): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: 'this is no Nx workspace',
    expected: 'a file nx.json at the root of the workspace',
    found: 'none',
    hint: 'Run `nx init` first; without Nx, use the command line: nx-docker-cache --help.',
  });
}
