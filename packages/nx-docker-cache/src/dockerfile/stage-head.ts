import type { BaseRef, Stage } from '../model/dockerfile';
import { replacingContext, resolveBase } from './base-ref';
import { expandWord } from './expand';
import type { FileContext } from './stage-reader';
import type { Statement } from './statement';
import { syntaxError } from './syntax-error';

export type StageHead = Omit<Stage, 'instructions' | 'args' | 'env'>;

export interface HeadProblem {
  readonly text: string;
  readonly reason: string;
}

/**
 * What a FROM says. `earlier` are the stages before it, by lower-cased name.
 *
 * @throws DockerCacheError DOCKERFILE_SYNTAX for a malformed expansion.
 */
export function readStageHead(
  from: Statement,
  index: number,
  { globals, names, escape }: FileContext,
  earlier: ReadonlyMap<string, number>,
): { head: StageHead; problems: HeadProblem[] } {
  const [text, , as] = from.words as [string, string?, string?];
  const name = as?.toLowerCase();
  const platform = from.flags.text('platform');
  const expanded = expandWord(text, (used) => globals.get(used), escape);
  const expandedPlatform = expandWord(platform ?? '', (used) => globals.get(used), escape);
  for (const expansion of [expanded, expandedPlatform]) {
    if (!expansion.ok && expansion.problem === 'syntax') {
      throw syntaxError({ line: from.line, text: from.text, problem: `FROM: ${expansion.reason}` });
    }
  }
  const used = [...new Set([...expanded.names, ...expandedPlatform.names])];
  const replacing = replacingContext(name, names);
  const base: BaseRef =
    replacing !== undefined
      ? { kind: 'context', name: replacing, text }
      : expanded.ok
        ? resolveBase(text, expanded.text, { stages: earlier, contexts: names.contexts })
        : { kind: 'unresolved', text, reason: expanded.reason };

  const problems: HeadProblem[] = from.problems.map((reason) => ({ text: from.text, reason }));
  if (base.kind === 'unresolved') problems.push({ text, reason: base.reason });
  // A platform that depends on the machine is no problem; one that nothing declares is.
  const unset = [...expandedPlatform.names]
    .map((global) => globals.get(global))
    .find(({ state }) => state === 'unset');
  if (!expandedPlatform.ok && unset?.state === 'unset')
    problems.push({ text: platform!, reason: unset.reason });

  const consumes = used.filter((global) => globals.isArg(global));
  const replaced = replacing !== undefined;
  return { head: { index, name, line: from.line, base, platform, consumes, replaced }, problems };
}
