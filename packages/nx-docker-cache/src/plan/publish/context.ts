import type { PublishFacts } from '../../model/publication';
import type { Scope } from '../scope';
import { expand, placeholders, type TemplateValues } from '../template';
import { templateValues } from '../values';
import { formatDate } from './date';
import { expandExpressions, expressionNames, type Expressions } from './expression';
import { branchTag, branchText, escapedTag, tagText } from './names';

/** What rules are evaluated against. */
export interface RuleContext {
  readonly facts: PublishFacts;
  readonly defaultBranch: string;
  /** The branch as a tag; undefined where none is known. */
  readonly branchTag: string | undefined;
  /** Expands a template; undefined where it names something that this build does not have. */
  readonly text: (template: string, where: string) => string | undefined;
}

/** Names whose value no other line of development has. */
const OWN = ['sha', 'shortSha', 'branch', 'scope', 'pr'];

/** true where a template cannot give the same text for two branches. */
export function isOwn(template: string): boolean {
  return [...placeholders(template), ...expressionNames(template)].some((name) => OWN.includes(name));
}

/** true where a template's text is made of the name of a branch, which anybody may choose. */
export function isNamed(template: string, { source }: Pick<PublishFacts, 'source'>): boolean {
  const names = [...placeholders(template), ...expressionNames(template)];
  return names.includes('branch') || (names.includes('scope') && source.pullRequest === undefined);
}

/** true where a template names the commit. */
export function namesCommit(template: string): boolean {
  return [...placeholders(template), ...expressionNames(template)].some((name) =>
    /^(sha|shortSha)$/.test(name),
  );
}

/** @param escaped names of branches are in the form that no other tag has */
export function ruleContext(
  facts: PublishFacts,
  scope: Scope,
  defaultBranch: string,
  escaped = false,
): RuleContext {
  const { branch, pullRequest } = facts.source;
  const safe = branch !== undefined && escaped ? escapedTag(branch) : undefined;
  const values: TemplateValues = {
    ...templateValues(facts, scope, defaultBranch, 'name'),
    ...(safe === undefined ? {} : { branch: safe }),
    ...(safe === undefined || pullRequest !== undefined ? {} : { scope: safe }),
    packageVersion: facts.packageVersion,
  };
  return {
    facts,
    defaultBranch,
    branchTag: branch === undefined ? undefined : (safe ?? branchTag(branch)),
    text: (template, where) => {
      const evaluated = expandExpressions(template, expressionsOf(facts, defaultBranch, safe, where), where);
      const known = placeholders(evaluated).filter((name) => Object.hasOwn(values, name));
      if (known.some((name) => (values[name] ?? '') === '')) return undefined;
      return expand(evaluated, values, facts.environment, where);
    },
  };
}

/** The global expressions of docker/metadata-action. */
function expressionsOf(
  { source, now, commitDate }: PublishFacts,
  defaultBranch: string,
  safe: string | undefined,
  where: string,
): Expressions {
  const onBranch = source.pullRequest === undefined && source.gitTag === undefined;
  const isDefault = onBranch && source.branch === defaultBranch;
  return {
    branch: onBranch && source.branch !== undefined ? (safe ?? branchText(source.branch)) : '',
    tag: source.gitTag === undefined ? '' : tagText(source.gitTag),
    sha: source.commit?.slice(0, 7) ?? '',
    base_ref: source.baseBranch === undefined ? '' : tagText(source.baseBranch),
    is_default_branch: String(isDefault),
    is_not_default_branch: String(!isDefault),
    date: (format, zone) => formatDate(now, format, zone, where),
    commit_date: (format, zone) =>
      commitDate === undefined ? '' : formatDate(commitDate, format, zone, where),
  };
}
