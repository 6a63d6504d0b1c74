import type { PublishOptions, TagFlavor, TagRule, TagRuleType } from '../model/publication';
import { invalidOptions, toProblems, type Problem } from './problems';
import {
  flavorSchema,
  publishSchema,
  releaseDataSchema,
  tagRuleSchema,
  type RawPublishOptions,
  type RawTagRule,
} from './publish.schema';
import { readFlavorTexts, readTagText } from './tag-text';

/** As docker/metadata-action has them. */
const PRIORITIES: Readonly<Record<TagRuleType, number>> = {
  schedule: 1000,
  semver: 900,
  pep440: 900,
  package: 900,
  match: 800,
  edge: 700,
  ref: 600,
  raw: 200,
  sha: 100,
};

/** What a type reads beside what all do; the ones with `!` it cannot do without. */
const ATTRIBUTES: Readonly<Record<TagRuleType, readonly string[]>> = {
  sha: ['format'],
  ref: ['event!'],
  semver: ['pattern', 'value'],
  pep440: ['pattern', 'value'],
  package: ['pattern'],
  match: ['pattern!', 'group', 'value'],
  edge: ['branch'],
  schedule: ['pattern'],
  raw: ['value!'],
};
/** Everything that may stand somewhere in the options, to suggest from. */
const KNOWN = [publishSchema, flavorSchema, tagRuleSchema].flatMap(({ shape }) => Object.keys(shape));
const COMMON = ['type', 'enable', 'priority', 'prefix', 'suffix'];

/**
 * Raw input of a publish → validated options with defaults.
 * @param build raw options of the build, whose default branch and protected branches hold here too
 * @throws DockerCacheError INVALID_OPTIONS with every problem at once
 */
export function parsePublishOptions(
  input: unknown,
  build: Pick<PublishOptions, 'defaultBranch' | 'protectedBranches'>,
  where: string,
): PublishOptions {
  const parsed = publishSchema.safeParse(input ?? {});
  if (!parsed.success) throw invalidOptions(where, toProblems(parsed.error, input, KNOWN));
  const raw = parsed.data;
  const problems: Problem[] = [];
  const options: PublishOptions = {
    tags: raw.tags === undefined ? undefined : readRules(raw.tags, problems),
    flavor: readFlavor(raw.flavor, problems),
    stages: list(raw.stages),
    immutable: raw.immutable === true ? undefined : raw.immutable === false ? [] : patterns(raw.immutable),
    protectedTags: list(raw.protectedTags),
    defaultBranch: raw.defaultBranch ?? build.defaultBranch,
    protectedBranches:
      raw.protectedBranches === undefined ? build.protectedBranches : list(raw.protectedBranches),
    dryRun: raw.dryRun ?? false,
    allowDirty: raw.allowDirty ?? false,
    tasks: raw.tasks ?? true,
    releaseVersions: releaseVersions(raw.nxReleaseVersionData, problems),
  };
  if (problems.length > 0) throw invalidOptions(where, problems);
  return options;
}

/** Rules of texts and objects, checked alike. */
export function readRules(raw: NonNullable<RawPublishOptions['tags']>, problems: Problem[]): TagRule[] {
  const entries = typeof raw === 'string' ? raw.split('\n').filter((line) => line.trim() !== '') : raw;
  if (entries.length === 0)
    problems.push({ path: 'tags', message: 'expected at least one rule; leave it out for the default' });
  return entries.flatMap((entry, index) => {
    const path = `tags.${index}`;
    const input = typeof entry === 'string' ? readTagText(entry) : entry;
    const parsed = tagRuleSchema.safeParse(input);
    if (parsed.success) {
      problems.push(...attributeProblems(parsed.data, path));
      return [toRule(parsed.data, path)];
    }
    problems.push(
      ...toProblems(parsed.error, input, Object.keys(tagRuleSchema.shape)).map((problem) => ({
        path: problem.path === '' ? path : `${path}.${problem.path}`,
        message: problem.message,
      })),
    );
    return [];
  });
}

function attributeProblems(rule: RawTagRule, path: string): Problem[] {
  const own = ATTRIBUTES[rule.type];
  const known = [...COMMON, ...own.map((name) => name.replace('!', ''))];
  const lacking = own.filter((name) => name.endsWith('!') && !(name.slice(0, -1) in rule));
  const foreign = Object.keys(rule).filter((name) => !known.includes(name));
  return [
    ...lacking.map((name) => ({
      path: `${path}.${name.slice(0, -1)}`,
      message: `a rule of type ${rule.type} needs it`,
    })),
    ...foreign.map((name) => ({
      path: `${path}.${name}`,
      message: `has no meaning in a rule of type ${rule.type}; it reads ${known.slice(1).join(', ')}`,
    })),
    ...regularExpressionProblems(rule, path),
  ];
}

function regularExpressionProblems(rule: RawTagRule, path: string): Problem[] {
  if (rule.type !== 'match' || rule.pattern === undefined) return [];
  try {
    const { source, flags } = expressionOf(rule.pattern);
    new RegExp(source, flags);
    return [];
  } catch (error) {
    return [{ path: `${path}.pattern`, message: (error as Error).message }];
  }
}

/** `/v(.*)/i` or the expression alone; `g` and `y` would make a match remember the last one. */
function expressionOf(pattern: string): { source: string; flags: string } {
  const parts = /^\/(.+)\/([a-z]*)$/.exec(pattern);
  return parts === null
    ? { source: pattern, flags: '' }
    : { source: parts[1]!, flags: parts[2]!.replace(/[gy]/g, '') };
}

function toRule(raw: RawTagRule, path: string): TagRule {
  const { type, enable = true, priority = PRIORITIES[type] } = raw;
  const prefix = raw.prefix ?? (type === 'ref' && raw.event === 'pr' ? 'pr-' : undefined);
  const { suffix, event, format, pattern, value, branch, group } = raw;
  const told = value ?? pattern ?? event;
  return {
    ...{ type, priority, enable: String(enable), prefix, suffix },
    ...{ event, format, pattern, value, branch, group },
    expression: type === 'match' && pattern !== undefined ? expressionOf(pattern) : undefined,
    name: `${path} (${type}${told === undefined ? '' : ` ${told}`})`,
  };
}

function readFlavor(raw: RawPublishOptions['flavor'], problems: Problem[]): TagFlavor {
  const isText = typeof raw === 'string' || Array.isArray(raw);
  const input = isText ? readFlavorTexts(list(raw), problems) : (raw ?? {});
  const parsed = flavorSchema.safeParse(input);
  if (!parsed.success)
    problems.push(
      ...toProblems(parsed.error, input, Object.keys(flavorSchema.shape)).map(({ path, message }) => ({
        path: path === '' ? 'flavor' : `flavor.${path}`,
        message,
      })),
    );
  const flavor = parsed.data ?? {};
  return {
    latest: flavor.latest ?? 'auto',
    prefix: flavor.prefix ?? '',
    suffix: flavor.suffix ?? '',
    prefixOnLatest: flavor.prefixOnLatest ?? false,
    suffixOnLatest: flavor.suffixOnLatest ?? false,
  };
}

function releaseVersions(
  data: RawPublishOptions['nxReleaseVersionData'],
  problems: Problem[],
): PublishOptions['releaseVersions'] {
  if (data === undefined) return undefined;
  const parsed = releaseDataSchema.safeParse(data);
  if (parsed.success)
    return Object.fromEntries(
      Object.entries(parsed.data).map(([project, { newVersion }]) => [project, newVersion ?? null]),
    );
  const found = toProblems(parsed.error, data, []);
  problems.push(...found.map(({ path, message }) => ({ path: `nxReleaseVersionData.${path}`, message })));
  return undefined;
}

function patterns(value: string | readonly string[] | undefined): readonly string[] | undefined {
  return value === undefined ? undefined : list(value);
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
