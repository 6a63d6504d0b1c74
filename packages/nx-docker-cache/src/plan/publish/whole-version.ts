import type { TagFlavor, TagRule } from '../../model/publication';
import { placeholders } from '../template';
import { expressionNames } from './expression';

/** `1.2.3`, `v1.2.3-rc.1`, and nothing before it. */
const WHOLE = /^v?\d+\.\d+\.\d+([-+.].*)?$/;
/** The same behind a name, as git tags of a monorepo have it: `api@1.2.3`, `release/1.2.3`. */
const NAMED = /(?:^|[@/_-])v?\d+\.\d+\.\d+(?:[-+.].*)?$/;
/** What stands for another text today, or for what goes on under one name. */
const MOVING = ['date', 'commit_date', 'branch', 'scope', 'pr'];

/** true for a text that names one version and no other. */
export function isWholeVersion(text: string): boolean {
  return WHOLE.test(text);
}

/** true for a git tag that does. */
export function tagsWholeVersion(gitTag: string): boolean {
  return NAMED.test(gitTag);
}

/** true where the tags of a rule go on whatever they look like: the second run of a day gives today's date once more. */
export function isMoving(rule: TagRule, flavor: TagFlavor): boolean {
  const { prefix = flavor.prefix, suffix = flavor.suffix, value, pattern } = rule;
  // The pattern of a match is an expression, and no template.
  const templates = [prefix, suffix, value, rule.type === 'match' ? undefined : pattern];
  const names = templates.flatMap((text = '') => [...placeholders(text), ...expressionNames(text)]);
  return rule.type === 'schedule' || names.some((name) => MOVING.includes(name));
}
