/**
 * The patterns of `${V#p}`, `${V%p}` and `${V/p/r}`: `*`, `?` and `\` escapes, no brackets. Matched by counting
 * states and not by a regular expression: `*a*a*a*` must not take exponential time.
 */
type Token = { readonly any: 'one' | 'many' } | { readonly char: string };

/** Steps after which a pattern counts as unreasonable. */
const MAX_STEPS = 4_000_000;

/** @returns undefined where the pattern is malformed or unreasonably expensive. */
export function trimPattern(
  value: string,
  pattern: string,
  side: 'start' | 'end',
  greedy: boolean,
): string | undefined {
  const tokens = tokenize(pattern);
  const chars = [...value];
  if (tokens === undefined || tokens.length * chars.length > MAX_STEPS) return undefined;
  if (side === 'start') {
    const length = matchLength(tokens, chars, 0, greedy);
    return length === undefined ? value : chars.slice(length).join('');
  }
  const length = matchLength(tokens.reverse(), chars.toReversed(), 0, greedy);
  return length === undefined ? value : chars.slice(0, chars.length - length).join('');
}

/** @returns undefined where the pattern is malformed or unreasonably expensive. */
export function replacePattern(value: string, pattern: string, by: string, all: boolean): string | undefined {
  const tokens = tokenize(pattern);
  const chars = [...value];
  if (tokens === undefined || (tokens.length + 1) * chars.length ** 2 > MAX_STEPS) return undefined;
  let result = '';
  for (let at = 0; at <= chars.length; at++) {
    const length = matchLength(tokens, chars, at, true);
    if (length !== undefined) {
      result += by;
      if (!all) return result + chars.slice(at + length).join('');
      if (length > 0) {
        at += length - 1;
        continue;
      }
    }
    result += chars[at] ?? '';
  }
  return result;
}

function tokenize(pattern: string): Token[] | undefined {
  const tokens: Token[] = [];
  const chars = [...pattern];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at]!;
    if (char === '*') tokens.push({ any: 'many' });
    else if (char === '?') tokens.push({ any: 'one' });
    else if (char !== '\\') tokens.push({ char });
    else {
      const escaped = chars[++at];
      // `}` and `/` end parts of the expansion, so they are escaped for that alone.
      if (escaped === undefined || !'*?\\}/'.includes(escaped)) return undefined;
      tokens.push({ char: escaped });
    }
  }
  return tokens;
}

/** Length of the shortest (or, greedy, longest) match that starts at `from`. */
function matchLength(
  tokens: readonly Token[],
  chars: readonly string[],
  from: number,
  greedy: boolean,
): number | undefined {
  let states = closure(new Set([0]), tokens);
  let found: number | undefined;
  for (let at = from; ; at++) {
    if (states.has(tokens.length)) {
      found = at - from;
      if (!greedy) return found;
    }
    if (at >= chars.length || states.size === 0) return found;
    const next = new Set<number>();
    for (const state of states) {
      const token = tokens[state];
      if (token === undefined) continue;
      if ('char' in token ? token.char === chars[at] : token.any === 'one') next.add(state + 1);
      else if ('any' in token) next.add(state);
    }
    states = closure(next, tokens);
  }
}

function closure(states: Set<number>, tokens: readonly Token[]): Set<number> {
  for (const state of states) {
    const token = tokens[state];
    if (token !== undefined && 'any' in token && token.any === 'many') states.add(state + 1);
  }
  return states;
}
