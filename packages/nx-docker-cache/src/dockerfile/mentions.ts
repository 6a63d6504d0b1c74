import type { Statement } from './statement';

const MENTION = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)|([A-Za-z_][A-Za-z0-9_]*))/g;

/** Names that an instruction's words and heredocs mention as `$NAME` or `${NAME…`, or that an ARG declares. */
export function mentionedNames(statement: Statement): string[] {
  const names = new Set<string>();
  if (statement.keyword === 'ARG') for (const word of statement.words) names.add(word.split('=', 1)[0]!);
  for (const text of [statement.text, ...statement.heredocs.map(({ body }) => body)]) {
    if (text.includes('$'))
      for (const [, braced, plain] of text.matchAll(MENTION)) names.add((braced ?? plain)!);
  }
  return [...names];
}
