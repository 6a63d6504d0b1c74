import { posix } from 'node:path';
import type { OptionChange } from '../../affected';
import { parseJsonObject, withoutBom } from '../../layout/json';
import type { SurveyedProject } from '../../model/survey';
import { effectiveOptions, parseConfigFile, type ConfigFile } from '../../options';
import type { ChangeRange, ChangesPort } from '../../ports/changes';
import type { FilesPort } from '../../ports/files';
import { mapBounded } from '../../run/bounded';

const CONFIG_FILE = 'nx-docker-cache.json';
/** Processes of git at a time. */
export const AT_ONCE = 8;

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
    before: remembered((path) => changes.textAt(base, path)),
    after: remembered((path) => (head === undefined ? files.readText(path) : changes.textAt(head, path))),
  };
}

/** Several ask for one manifest, and each answer is a process of git. */
function remembered<T>(read: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const text = known.get(path) ?? read(path);
    known.set(path, text);
    return text;
  };
}

/** Which options of which project are others than at the base, its name among them. */
export async function changedOptions(
  projects: readonly SurveyedProject[],
  changed: readonly string[],
  ends: BothEnds,
): Promise<ReadonlyMap<string, readonly OptionChange[]>> {
  const [old, now] = await Promise.all([configAt(ends.before), configAt(ends.after)]);
  // A release changes every manifest.
  const found = await mapBounded(projects, AT_ONCE, async (project) => {
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
  return new Map(found);
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
    return parseConfigFile(JSON.parse(withoutBom(text)));
  } catch {
    return undefined;
  }
}

function difference(old: Record<string, unknown>, now: Record<string, unknown>): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]))
    .sort();
}
