import { DockerCacheError } from '../../errors';
import type { PublishOptions, TagFlavor, TagRule } from '../../model/publication';
import { checkTag } from '../names';
import { isNamed, isOwn, namesCommit, type RuleContext } from './context';
import { placeholders } from '../template';
import { tagText } from './names';
import { versionIn, versionTag, type Scheme } from './version';
import { isMoving, isWholeVersion, tagsWholeVersion } from './whole-version';

/** What a rule gives. */
export interface Evaluated {
  readonly tag: string;
  /** true where `latest: auto` goes with it. */
  readonly latest: boolean;
  /** true where no other branch or pull request has the same. */
  readonly own: boolean;
  /** true where it is made of the name of a branch, which anybody may choose. */
  readonly named: boolean;
  /** true where the commit is in it too. */
  readonly withCommit: boolean;
  /** true for a whole version. */
  readonly full: boolean;
}

export interface Idle {
  readonly idle: string;
}

/** A tag before prefix and suffix. */
type Bare = Evaluated | Idle;

const bare = (tag: string, more: Partial<Evaluated> = {}): Evaluated => ({
  ...{ tag, latest: false, own: false, named: false, withCommit: false, full: false },
  ...more,
});
const idle = (reason: string): Idle => ({ idle: reason });

/** @throws DockerCacheError INVALID_TEMPLATE, INVALID_REFERENCE */
export function evaluateRule(
  rule: TagRule,
  options: Pick<PublishOptions, 'flavor' | 'releaseVersions'>,
  context: RuleContext,
): Evaluated | Idle {
  if (!isEnabled(rule, context)) return idle('not enabled');
  const found = bareTag(rule, options, context);
  if ('idle' in found) return found;
  if (found.tag === '') return idle('it gives an empty text here');
  const tag = dressed(found.tag, rule, options.flavor, context);
  if (tag === undefined) return idle('its prefix or suffix has no value here');
  const named = found.named || [rule, options.flavor].some((one) => isDressedIn(one, context));
  const full = (found.full || isWholeVersion(found.tag)) && !isMoving(rule, options.flavor);
  return { ...found, tag, named, full };
}

/** `latest`, dressed as the flavour says. */
export function latestTag(flavor: TagFlavor, context: RuleContext): string {
  const prefix = flavor.prefixOnLatest ? context.text(flavor.prefix, 'flavor.prefix') : '';
  const suffix = flavor.suffixOnLatest ? context.text(flavor.suffix, 'flavor.suffix') : '';
  return checkTag(`${prefix ?? ''}latest${suffix ?? ''}`, 'flavor');
}

function isDressedIn(
  { prefix, suffix }: Pick<TagRule, 'prefix' | 'suffix'>,
  { facts }: RuleContext,
): boolean {
  return [prefix, suffix].some((text) => text !== undefined && isNamed(text, facts));
}

function isEnabled({ enable, name }: TagRule, { text }: RuleContext): boolean {
  const word = text(enable, `${name}.enable`);
  if (word === 'true') return true;
  if (word === 'false' || word === undefined) return false;
  throw new DockerCacheError({
    code: 'INVALID_TEMPLATE',
    message: `enable of ${name} is neither true nor false`,
    expected: 'true, false or a template that gives one of them',
    found: word,
    hint: 'Correct `enable`, for instance to {{is_default_branch}}.',
  });
}

function dressed(tag: string, rule: TagRule, flavor: TagFlavor, { text }: RuleContext): string | undefined {
  const prefix = text(rule.prefix ?? flavor.prefix, `${rule.name}.prefix`);
  const suffix = text(rule.suffix ?? flavor.suffix, `${rule.name}.suffix`);
  if (prefix === undefined || suffix === undefined) return undefined;
  return checkTag(`${prefix}${tag}${suffix}`, rule.name);
}

function bareTag(
  rule: TagRule,
  { releaseVersions }: Pick<PublishOptions, 'releaseVersions'>,
  context: RuleContext,
): Bare {
  const { facts, defaultBranch, text } = context;
  const { source } = facts;
  const onBranch = source.pullRequest === undefined && source.gitTag === undefined;
  switch (rule.type) {
    case 'sha':
      if (source.commit === undefined) return idle('no commit is known');
      return bare(rule.format === 'long' ? source.commit : source.commit.slice(0, 7), {
        ...{ own: true, withCommit: true },
      });
    case 'ref':
      return refTag(rule, context);
    case 'edge':
      return onBranch && source.branch === (rule.branch ?? defaultBranch)
        ? bare('edge')
        : idle(`this is no build of branch ${rule.branch ?? defaultBranch}`);
    case 'schedule': {
      if (!facts.scheduled) return idle('no timer started this run');
      const value = text(rule.pattern ?? 'nightly', rule.name);
      return value === undefined ? idle('it names what this build does not have') : bare(value);
    }
    case 'raw': {
      const value = text(rule.value ?? '', rule.name);
      if (value === undefined) return idle('it names what this build does not have');
      const template = rule.value ?? '';
      const named = isNamed(template, facts);
      const full = placeholders(template).includes('packageVersion') && tagsWholeVersion(value);
      return bare(value, { own: isOwn(template), named, withCommit: namesCommit(template), full });
    }
    case 'match':
      return matchTag(rule, context);
    case 'package':
    case 'semver':
    case 'pep440':
      return releaseTag(rule, releaseVersions, context);
  }
}

function refTag(rule: TagRule, { facts: { source }, branchTag }: RuleContext): Bare {
  const { pullRequest, gitTag } = source;
  if (rule.event === 'pr') {
    return pullRequest === undefined
      ? idle('this is no build of a pull request')
      : bare(tagText(pullRequest), { own: true });
  }
  if (rule.event === 'tag') {
    return gitTag === undefined
      ? idle('this is no build of a git tag')
      : bare(tagText(gitTag), { latest: true, full: tagsWholeVersion(gitTag) });
  }
  return branchTag === undefined || pullRequest !== undefined || gitTag !== undefined
    ? idle('this is no build of a branch')
    : bare(branchTag, { own: true, named: true });
}

function matchTag(rule: TagRule, { facts, text }: RuleContext): Bare {
  const subject = rule.value === undefined ? facts.source.gitTag : text(rule.value, rule.name);
  if (subject === undefined) return idle('this is no build of a git tag');
  const { source, flags } = rule.expression!;
  const match = new RegExp(source, flags).exec(subject);
  if (match === null) return idle(`${subject} does not match`);
  const group = rule.group ?? 0;
  const found = /^\d+$/.test(String(group)) ? match[Number(group)] : match.groups?.[group];
  return found === undefined
    ? idle(`${subject} matches, and there is no group ${group}`)
    : bare(tagText(found), { latest: true, full: tagsWholeVersion(found) });
}

function releaseTag(
  rule: TagRule,
  releaseVersions: PublishOptions['releaseVersions'],
  context: RuleContext,
): Bare {
  const scheme: Scheme = rule.type === 'pep440' ? 'pep440' : 'semver';
  const version = versionText(rule, scheme, releaseVersions, context);
  if (typeof version !== 'string') return version;
  const found = versionTag(version, rule.pattern ?? '{{version}}', scheme, rule.name);
  if (found === undefined) return idle(`${version} is no version`);
  return bare(tagText(found.text), { latest: found.latest, full: found.full });
}

/** The version: what the rule says, what `nx release` decided, or the git tag's. */
function versionText(
  rule: TagRule,
  scheme: Scheme,
  releaseVersions: PublishOptions['releaseVersions'],
  { facts, text }: RuleContext,
): string | Idle {
  const { source, project, packageVersion, release } = facts;
  if (rule.value !== undefined)
    return text(rule.value, rule.name) ?? idle('it names what this build does not have');
  if (releaseVersions !== undefined)
    return releaseVersions[project.name] ?? idle('nx release gave the project no new version');
  if (rule.type === 'package' || release)
    return packageVersion ?? idle("the project's package.json has no version");
  if (source.gitTag === undefined) return idle('this is no build of a git tag');
  return (
    versionIn(source.gitTag, project.name, scheme) ?? idle(`${source.gitTag} is no version of this project`)
  );
}
