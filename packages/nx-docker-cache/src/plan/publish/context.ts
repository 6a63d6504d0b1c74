import type { PublishFacts } from '../../model/publication';
import type { Scope } from '../scope';
import { expand, placeholders, type TemplateValues } from '../template';
import { templateValues } from '../values';
import { formatDate } from './date';
import { expandExpressions, expressionNames, type Expressions } from './expression';
import { tagText } from './names';

/** What rules are evaluated against. */
export interface RuleContext {
  readonly facts: PublishFacts;
  readonly defaultBranch: string;
  /** Expands a template; undefined where it names something that this build does not have. */
  readonly text: (template: string, where: string) => string | undefined;
}

/** Names whose value no other line of development has. */
const OWN = ['sha', 'shortSha', 'branch', 'scope', 'pr'];

/** true where a template cannot give the same text for two branches. */
export function isOwn(template: string): boolean {
  return [...placeholders(template), ...expressionNames(template)].some((name) => OWN.includes(name));
}

export function ruleContext(facts: PublishFacts, scope: Scope, defaultBranch: string): RuleContext {
  const values: TemplateValues = {
    ...templateValues(facts, scope, defaultBranch, 'name'),
    packageVersion: facts.packageVersion,
  };
  return {
    facts,
    defaultBranch,
    text: (template, where) => {
      const evaluated = expandExpressions(template, expressionsOf(facts, defaultBranch, where), where);
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
  where: string,
): Expressions {
  const onBranch = source.pullRequest === undefined && source.gitTag === undefined;
  const isDefault = onBranch && source.branch === defaultBranch;
  return {
    branch: onBranch && source.branch !== undefined ? tagText(source.branch) : '',
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
