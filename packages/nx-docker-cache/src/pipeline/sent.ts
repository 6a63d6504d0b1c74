import { posix } from 'node:path';
import { compileSource, contextSources, parseIgnore } from '../dockerfile';
import type { BuildPlan } from '../model/plan';
import { followedLinks, rootOf } from '../plan';
import { walkFilter } from './content';
import type { Ports } from './ports';
import type { Prepared } from './prepare';

/** A plan with what its pruning spares, where it leaves anything out: two walks that read no file. */
export async function withSent(
  plan: BuildPlan,
  { facts, options }: Prepared,
  { content }: Pick<Ports, 'content'>,
): Promise<BuildPlan> {
  const { parsed, context, ignore, prune } = facts.files;
  if (prune.rules.length === 0) return plan;
  // What `--exclude` names is sent as well.
  const sources = contextSources(parsed, options.target).map((source) => ({ ...source, exclude: [] }));
  const matchers = sources.map((source) => compileSource(source));
  const { patterns } = parseIgnore(ignore.text);
  const sent = (rules: typeof patterns) =>
    content.measure({
      context: posix.resolve(facts.workspace.root, context),
      roots: [...new Set(sources.map(rootOf))],
      filter: walkFilter({ patterns: rules }),
      follow: followedLinks(sources),
      counts: (path) => matchers.some((matches) => matches(path)),
    });
  // The pruning's own rules are the last ones, and each makes one pattern.
  const before = await sent(patterns.slice(0, patterns.length - prune.rules.length));
  return { ...plan, prune: { ...plan.prune, sent: { before, after: await sent(patterns) } } };
}
