import { posix } from 'node:path';
import { compileSource, contextSources, isIgnored, parseIgnore } from '../dockerfile';
import type { FileFacts } from '../model/facts';
import type { PlannedTaskOutput } from '../model/task';
import { rootOf } from './key-select';

/** A place of results that the stage reads: with them there, its content is another one. */
export interface OutputInReach {
  /** Relative to the workspace root. */
  readonly place: string;
  /** The line for the ignore file. */
  readonly rule: string;
  /** The instruction that reads it. */
  readonly via: string;
  readonly line: number;
}

/**
 * Results that would change the content key of the stage, and with it the record of every task in it. What an instruction
 * names by itself is wanted there.
 * @param target stage that the task runs in
 * @throws DockerCacheError DOCKERFILE_SYNTAX
 */
export function outputsInReach(
  outputs: readonly PlannedTaskOutput[],
  { parsed, context, ignore }: Pick<FileFacts, 'parsed' | 'context' | 'ignore'>,
  target: string | undefined,
): OutputInReach[] {
  if (posix.isAbsolute(context) || context.startsWith('..')) return [];
  const rules = parseIgnore(ignore.text);
  const sources = contextSources(parsed, target)
    .filter(({ from }) => from === undefined)
    .map((source) => ({ source, root: rootOf(source), reads: compileSource(source) }));
  return outputs.flatMap(({ to: place, replaced }) => {
    const path = posix.relative(context, place);
    if (!replaced || path === '' || path.startsWith('..') || isIgnored(rules, path)) return [];
    const reader = sources.find(({ root, reads }) => !isWithin(root, path) && reads(path));
    if (reader === undefined) return [];
    const { via, line } = reader.source;
    return [{ place, rule: path.replace(/[*?[\]\\]/g, '\\$&'), via: `${via} ${reader.source.path}`, line }];
  });
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
