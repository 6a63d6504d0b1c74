import type { PublishOptions, TagFlavor, TagRule } from '../../model/publication';
import { stagePrefix } from '../kept-tags';
import { branchScope } from '../scope';
import { slug } from '../slug';
import type { RuleContext } from './context';
import { expressionNames } from './expression';
import { branchTag, branchText, ESCAPED } from './names';

/**
 * Everything that trusted builds may give under these rules, over all commits, dates, versions and git tags.
 * A branch may be called as anybody likes; so no tag that is made of a branch's name may be one of these.
 * Wider than what is really given, never narrower.
 */
export class Claims {
  readonly #closed: readonly RegExp[];
  readonly #open: readonly RegExp[];
  readonly #stages: readonly string[];

  constructor(
    rules: readonly TagRule[],
    options: Pick<PublishOptions, 'flavor' | 'stages' | 'protectedBranches'>,
    context: RuleContext,
  ) {
    const words = wordsOf(options, context);
    const sources = [
      latest(options.flavor, words),
      ...rules.map((rule) => dressed(rule, options.flavor, words)),
    ];
    const stages = ['', ...options.stages.map((stage) => literal(stagePrefix(stage)))];
    const expressions = (isOpen: boolean): RegExp[] =>
      sources
        .filter((source) => source.includes(ANYTHING) === isOpen)
        .flatMap((source) => stages.map((stage) => new RegExp(`^${stage}${source}$`, 'i')));
    this.#closed = expressions(false);
    this.#open = expressions(true);
    this.#stages = options.stages;
  }

  /**
   * true where the tag, or the one that a stage makes of it, may be a trusted build's.
   * @param withCommit the tag names its commit, which no git tag can have foreseen
   */
  has(tag: string, withCommit: boolean): boolean {
    const claims = withCommit ? this.#closed : [...this.#closed, ...this.#open];
    const tags = [tag, ...this.#stages.map((stage) => stagePrefix(stage) + tag)];
    return claims.some((claim) => tags.some((one) => claim.test(one)));
  }
}

/** What git tags and the environment say: all but what is kept for names of branches. */
const ANYTHING = `(?:(?!${ESCAPED.source}).)*`;
/** With everything that may follow one; whole ones of pre-releases stand in for shorter patterns. */
const VERSION = 'v?\\d[a-z0-9._-]*';

type Words = Readonly<Record<string, string>>;

function wordsOf(
  { protectedBranches }: Pick<PublishOptions, 'protectedBranches'>,
  context: RuleContext,
): Words {
  const { facts, defaultBranch, text } = context;
  const branch = oneOf([
    ...formsOf(defaultBranch).map(literal),
    ...protectedBranches.flatMap(formsOfPattern),
  ]);
  const commit = `(?!${facts.source.commit?.slice(0, 7) ?? ' '})[0-9a-f]`;
  const known = (name: string): string => literal(text(`{${name}}`, name) ?? '');
  return {
    ...{
      branch,
      scope: oneOf([branch, 'tag-[a-z0-9._-]*']),
      sha: `${commit}{7,64}`,
      shortSha: `${commit}{7}`,
    },
    ...{
      version: VERSION,
      raw: VERSION,
      major: '\\d+',
      minor: '\\d+',
      patch: '\\d+',
      packageVersion: VERSION,
    },
    ...{ is_default_branch: '(?:true|false)', is_not_default_branch: '(?:true|false)', base_ref: '' },
    // Of pull requests only, and those are of no trusted build.
    ...{ pr: '(?!)', baseBranch: '(?!)' },
    ...{ projectName: known('projectName'), projectRoot: known('projectRoot') },
    ...{ projectFolder: known('projectFolder'), defaultBranch: known('defaultBranch') },
  };
}

function dressed(rule: TagRule, flavor: TagFlavor, words: Words): string {
  const [prefix, suffix] = [rule.prefix ?? flavor.prefix, rule.suffix ?? flavor.suffix];
  return `${pattern(prefix, words)}${body(rule, words)}${pattern(suffix, words)}`;
}

function latest({ prefix, suffix, prefixOnLatest, suffixOnLatest }: TagFlavor, words: Words): string {
  return `${prefixOnLatest ? pattern(prefix, words) : ''}latest${suffixOnLatest ? pattern(suffix, words) : ''}`;
}

function body(rule: TagRule, words: Words): string {
  switch (rule.type) {
    case 'sha':
      return words['sha']!;
    case 'edge':
      return 'edge';
    case 'ref':
      // Pull requests are of no trusted build.
      return rule.event === 'tag' ? ANYTHING : rule.event === 'branch' ? words['branch']! : '(?!)';
    case 'match':
      return ANYTHING;
    case 'raw':
      return pattern(rule.value ?? '', words);
    case 'schedule':
      return pattern(rule.pattern ?? 'nightly', words);
    case 'package':
    case 'semver':
    case 'pep440':
      return oneOf([pattern(rule.pattern ?? '{{version}}', words), VERSION]);
  }
}

/** A template as an expression: what it says by itself, and whatever its placeholders may stand for. */
function pattern(template: string, words: Words): string {
  const parts = template.split(/(\{\{[^{}]*\}\}|\{[A-Za-z][\w.]*\})/);
  return parts.map((part, index) => (index % 2 === 0 ? literal(part) : wordOf(part, words))).join('');
}

function wordOf(placeholder: string, words: Words): string {
  const name = expressionNames(placeholder)[0] ?? placeholder.slice(1, -1);
  if (Object.hasOwn(words, name)) return words[name]!;
  const isDigits = /date\s+(['"])[YMDHms._-]+\1/.test(placeholder) && !/MMM|Do|DDD/.test(placeholder);
  return isDigits ? '[0-9._-]+' : ANYTHING;
}

/** All forms in which rules show a branch. */
function formsOf(branch: string): string[] {
  return [branchTag(branch), branchText(branch), slug(branch, 100), branchScope(branch)];
}

/** The same of a pattern over branches: what stands before the first wildcard, then anything. */
function formsOfPattern(glob: string): string[] {
  const wildcard = glob.search(/[*?]/);
  if (wildcard < 0) return formsOf(glob).map(literal);
  const head = glob.slice(0, wildcard);
  const runs = (head.match(/[A-Za-z0-9]+/g) ?? []).join('[._-]*');
  // A name that had to be changed ends in its hash.
  const tail = /[^A-Za-z0-9._-]/.test(head) ? '-[0-9a-f]{8}' : '';
  return [`(?:branch-)?[._-]*${runs}[a-z0-9._-]*${tail}`];
}

function oneOf(sources: readonly string[]): string {
  return `(?:${[...new Set(sources)].join('|')})`;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
