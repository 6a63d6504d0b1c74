/**
 * A pipeline of GitLab as GitLab puts it together: includes, `extends`, `!reference`.
 * https://docs.gitlab.com/ci/yaml/
 */
import { parseDocument, YAMLMap, type CollectionTag } from 'yaml';

export interface GitlabRule {
  readonly if?: string;
  readonly when?: string;
  readonly interruptible?: boolean;
}

export interface GitlabTrigger {
  readonly include: readonly { readonly local?: string; readonly artifact?: string; readonly job?: string }[];
  readonly strategy?: string;
}

/** One job, with what it extends. Commands are in one list. */
export interface GitlabJob {
  readonly stage?: string;
  readonly image?: string;
  readonly services?: readonly string[];
  readonly needs?: readonly string[];
  readonly rules?: readonly GitlabRule[];
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
  readonly trigger?: GitlabTrigger;
  readonly variables?: Readonly<Record<string, string>>;
  readonly artifacts?: { readonly paths?: readonly string[]; readonly reports?: unknown };
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>;
  readonly [keyword: string]: unknown;
}

export type GitlabJobs = Readonly<Record<string, GitlabJob>>;
type Raw = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Keywords of a file that are no jobs. */
const GLOBAL = new Set(['include', 'stages', 'variables', 'default', 'workflow']);
const REFERENCE = '!reference';
const tag: CollectionTag = {
  ...{ tag: REFERENCE, collection: 'seq' },
  resolve: (value) => {
    const map = new YAMLMap();
    map.set(REFERENCE, value);
    return map;
  },
};

/**
 * @param files texts by path
 * @param entries paths of the files that the pipeline is made of; what they include is read too
 * @throws Error for what is no YAML, and for files and jobs that are not there
 */
export function readPipeline(
  files: Readonly<Record<string, string>>,
  entries: readonly string[],
): GitlabJobs {
  const raw: Raw = Object.assign({}, ...entries.map((path) => included(files, path))) as Raw;
  return Object.fromEntries(Object.keys(raw).map((name) => [name, jobOf(name, raw)]));
}

function included(files: Readonly<Record<string, string>>, path: string): Raw {
  const text = files[path];
  if (text === undefined) throw new Error(`${path} is included, and is not there`);
  const document = parseDocument(text, { strict: true, customTags: [tag] });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) throw new Error(`${path}: ${problem.message}`);
  const { include = [], ...content } = document.toJS() as { include?: { local: string }[] };
  const others = include.map(({ local }) => included(files, local));
  const jobs = Object.entries(content).filter(([name]) => !GLOBAL.has(name));
  return Object.assign({}, ...others, Object.fromEntries(jobs)) as Raw;
}

function jobOf(name: string, raw: Raw): GitlabJob {
  const job = merged(name, raw);
  const commands = (key: string): object =>
    job[key] === undefined ? {} : { [key]: [job[key]].flat().flatMap((command) => resolved(command, raw)) };
  return { ...job, ...commands('before_script'), ...commands('script') };
}

/** The last of what it extends counts most, and the job itself more; objects are merged, lists are not. */
function merged(name: string, raw: Raw): Readonly<Record<string, unknown>> {
  const own = raw[name];
  if (own === undefined) throw new Error(`the job ${name} is not there`);
  const { extends: parents = [], ...job } = own;
  return [...[parents].flat().map((parent) => merged(parent as string, raw)), job].reduce(merge, {});
}

function merge(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const both = Object.entries(above).map(([key, value]) => {
    const other = below[key];
    return [key, isObject(value) && isObject(other) ? merge(other, value) : value] as const;
  });
  return { ...below, ...Object.fromEntries(both) };
}

function resolved(command: unknown, raw: Raw): unknown[] {
  if (!isObject(command) || !(REFERENCE in command)) return [command];
  const [name, key] = command[REFERENCE] as [string, string];
  const value = merged(name, raw)[key];
  if (value === undefined) throw new Error(`${name} has no ${key}`);
  return [value].flat().flatMap((one) => resolved(one, raw));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
