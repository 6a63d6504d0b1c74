import { effectiveOptions, parseConfigFile, type ConfigFile } from '../../options';
import type { ChangeRange, ChangesPort } from '../../ports/changes';
import type { FilesPort } from '../../ports/files';

const CONFIG_FILE = 'nx-docker-cache.json';

/** Which options of which project are others than at the base. */
export async function changedOptions(
  { base, head }: ChangeRange,
  projects: readonly string[],
  { changes, files }: { readonly changes: ChangesPort; readonly files: FilesPort },
): Promise<ReadonlyMap<string, readonly string[]>> {
  const [before, after] = await Promise.all([
    changes.textAt(base, CONFIG_FILE),
    head === undefined ? files.readText(CONFIG_FILE) : changes.textAt(head, CONFIG_FILE),
  ]);
  if (before === after) return new Map();
  const [old, now] = [configOf(before), configOf(after)];
  return new Map(
    projects.map((name) => {
      // What cannot be read says nothing of any project.
      if (old === undefined || now === undefined) return [name, [`${CONFIG_FILE} as a whole`]];
      return [name, difference(effectiveOptions(name, old), effectiveOptions(name, now))];
    }),
  );
}

function configOf(text: string | undefined): ConfigFile | undefined {
  if (text === undefined) return {};
  try {
    return parseConfigFile(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function difference(old: Record<string, unknown>, now: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .sort();
}
