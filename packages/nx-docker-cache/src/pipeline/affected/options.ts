import { posix } from 'node:path';
import type { OptionChange } from '../../affected';
import { parseJsonObject } from '../../layout/json';
import type { SurveyedProject } from '../../model/survey';
import { effectiveOptions, parseConfigFile, type ConfigFile } from '../../options';
import type { ChangeRange, ChangesPort } from '../../ports/changes';
import type { FilesPort } from '../../ports/files';

export const CONFIG_FILE = 'nx-docker-cache.json';

/** The workspace's files as they are at both ends of a range. */
export interface BothEnds {
  readonly before: (path: string) => Promise<string | undefined>;
  readonly after: (path: string) => Promise<string | undefined>;
}

export function bothEnds(
  { base, head }: ChangeRange,
  { changes, files }: { readonly changes: ChangesPort; readonly files: FilesPort },
): BothEnds {
  return {
    before: (path) => changes.textAt(base, path),
    after: (path) => (head === undefined ? files.readText(path) : changes.textAt(head, path)),
  };
}

/** Which options of which project are others than at the base, its name among them. */
export async function changedOptions(
  projects: readonly SurveyedProject[],
  changed: readonly string[],
  ends: BothEnds,
): Promise<ReadonlyMap<string, readonly OptionChange[]>> {
  const [old, now] = await Promise.all([configAt(ends.before), configAt(ends.after)]);
  const found = projects.map(async (project) => {
    const { name } = project;
    const before = await nameBefore(project, changed, ends);
    const renamed =
      before === undefined
        ? []
        : [{ text: `its package was called ${before}`, files: [manifestOf(project)] }];
    // What cannot be read says nothing of any project.
    const names =
      old === undefined || now === undefined
        ? [`${CONFIG_FILE} as a whole`]
        : difference(effectiveOptions(before ?? name, old), effectiveOptions(name, now));
    const others = names.length === 0 ? [] : [{ text: `options: ${names.join(', ')}`, files: [] }];
    return [name, [...others, ...renamed]] as const;
  });
  return new Map(await Promise.all(found));
}

/** What a package was called at the base; undefined where it is called the same, or what it is called is of no matter. */
export async function nameBefore(
  project: Pick<SurveyedProject, 'name' | 'root'>,
  changed: readonly string[],
  { before, after }: BothEnds,
): Promise<string | undefined> {
  const path = manifestOf(project);
  if (!changed.includes(path)) return undefined;
  const [old, now] = [packageName(await before(path)), packageName(await after(path))];
  return old === now || now !== project.name ? undefined : old;
}

function manifestOf({ root }: Pick<SurveyedProject, 'root'>): string {
  return posix.join(root, 'package.json');
}

/** As text is JSON, undefined where it names nothing. */
export function packageName(text: string | undefined): string | undefined {
  const name = parseJsonObject(text ?? '')?.['name'];
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/** undefined: there is one that cannot be read. */
export async function configAt(read: BothEnds['before']): Promise<ConfigFile | undefined> {
  const text = await read(CONFIG_FILE);
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
