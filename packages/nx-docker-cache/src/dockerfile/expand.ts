import { replacePattern, trimPattern } from './shell-pattern';
import type { Variable } from './scope';

export type Expansion =
  | { readonly ok: true; readonly text: string; readonly names: ReadonlySet<string> }
  /** `syntax`: BuildKit refuses the word; `unknown`: its value cannot be told from the text. */
  | {
      readonly ok: false;
      readonly problem: 'syntax' | 'unknown';
      readonly reason: string;
      readonly names: ReadonlySet<string>;
    };

const MAX_DEPTH = 40;
const MAX_LENGTH = 256 * 1024;
const NAME = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;
const SPECIAL = new Set(['@', '*', '#', '?', '-', '$', '!', '0']);

class Problem extends Error {
  constructor(
    readonly problem: 'syntax' | 'unknown',
    readonly reason: string,
  ) {
    super(reason);
  }
}

/**
 * A word as BuildKit expands it (docs.docker.com/reference/dockerfile/#environment-replacement): quotes and
 * escapes removed, `$V`, `${V}`, `${V:-x}`, `${V:+x}`, `${V:?x}`, `${V#p}`, `${V%p}`, `${V/p/r}` replaced.
 */
export function expandWord(word: string, lookup: (name: string) => Variable, escape: string): Expansion {
  // Most words hold nothing special.
  if (!/[$'"\\`]/.test(word)) return { ok: true, text: word, names: NONE };
  const expander = new Expander(word, lookup, escape);
  try {
    return { ok: true, text: expander.run(), names: expander.names };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ok: false, problem: error.problem, reason: error.reason, names: expander.names };
  }
}

const NONE: ReadonlySet<string> = new Set();

class Expander {
  readonly names = new Set<string>();
  readonly #chars: readonly string[];
  readonly #lookup: (name: string) => Variable;
  readonly #escape: string;
  #at = 0;
  #depth = 0;
  #length = 0;

  constructor(word: string, lookup: (name: string) => Variable, escape: string) {
    this.#chars = [...word];
    this.#lookup = lookup;
    this.#escape = escape;
  }

  run(): string {
    return this.#until(undefined, false);
  }

  /** Text up to an unquoted `stop`, which is eaten; up to the end without one. */
  #until(stop: string | undefined, keepEscapes: boolean): string {
    if (++this.#depth > MAX_DEPTH)
      throw new Problem('unknown', `expansions are nested more than ${MAX_DEPTH} deep`);
    let text = '';
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined) {
        if (stop === undefined) return text;
        throw new Problem('syntax', `${stop === '}' ? "'}'" : `'${stop}' in \${}`} is missing`);
      }
      if (char === stop) {
        this.#at++;
        this.#depth--;
        return text;
      }
      if (char === '$') text += this.#dollar();
      else if (char === "'") text += this.#singleQuoted();
      else if (char === '"') text += this.#doubleQuoted(keepEscapes);
      else if (char === this.#escape) {
        const escaped = this.#chars[this.#at + 1];
        text += (keepEscapes ? char : '') + (escaped ?? '');
        this.#at += 2;
      } else {
        text += char;
        this.#at++;
      }
    }
  }

  #singleQuoted(): string {
    const end = this.#chars.indexOf("'", this.#at + 1);
    if (end < 0) throw new Problem('syntax', "a ' has no partner");
    const text = this.#chars.slice(this.#at + 1, end).join('');
    this.#at = end + 1;
    return text;
  }

  #doubleQuoted(keepEscapes: boolean): string {
    this.#at++;
    let text = '';
    for (;;) {
      const char = this.#chars[this.#at];
      if (char === undefined) throw new Problem('syntax', 'a " has no partner');
      if (char === '$') {
        text += this.#dollar();
        continue;
      }
      this.#at++;
      if (char === '"') return text;
      const next = this.#chars[this.#at];
      if (char === this.#escape) {
        // Kept twice before a character that needs none, as BuildKit does.
        if (keepEscapes) text += char;
        if (next === undefined) continue;
        if (next === '"' || next === '$' || next === this.#escape) {
          text += next;
          this.#at++;
          continue;
        }
      }
      text += char;
    }
  }

  #dollar(): string {
    this.#at++;
    if (this.#chars[this.#at] !== '{') {
      const name = this.#name();
      return name === '' ? '$' : this.#value(name);
    }
    this.#at++;
    const first = this.#chars[this.#at];
    if (first === undefined) throw new Problem('syntax', "'}' is missing");
    if ('{}:'.includes(first)) throw new Problem('syntax', 'bad substitution');
    const name = this.#name();
    let operator = this.#chars[this.#at++];
    if (operator === undefined) throw new Problem('syntax', "'}' is missing");
    if (operator === '}') return this.#value(name);
    if (operator === '/') return this.#replace(name);
    const emptyIsUnset = operator === ':';
    if (emptyIsUnset) operator = this.#chars[this.#at++] ?? '';
    const trims = operator === '#' || operator === '%';
    if (!trims && !['+', '-', '?'].includes(operator)) {
      throw new Problem('syntax', `the modifier ${emptyIsUnset ? ':' : ''}${operator} is not supported`);
    }
    const word = this.#until('}', trims);
    if (trims) return this.#trim(name, operator, word);
    return this.#conditional(name, operator, word, emptyIsUnset);
  }

  #conditional(name: string, operator: string, word: string, emptyIsUnset: boolean): string {
    const variable = this.#look(name);
    if (variable.state === 'unknown') throw new Problem('unknown', variable.reason);
    const there = variable.state === 'set' && !(emptyIsUnset && variable.value === '');
    if (operator === '+') return this.#checked(there ? word : '');
    if (there) return this.#checked(variable.value);
    if (operator === '-') return this.#checked(word);
    throw new Problem('unknown', `${name}: ${word === '' ? 'has no value, and it must have one' : word}`);
  }

  #trim(name: string, operator: string, word: string): string {
    const value = this.#value(name);
    const greedy = word.startsWith(operator);
    const trimmed = trimPattern(
      value,
      greedy ? word.slice(1) : word,
      operator === '#' ? 'start' : 'end',
      greedy,
    );
    if (trimmed === undefined) throw new Problem('syntax', `the pattern ${word} is not usable`);
    return trimmed;
  }

  #replace(name: string): string {
    const all = this.#chars[this.#at] === '/';
    if (all) this.#at++;
    const pattern = this.#until('/', true);
    const by = this.#until('}', true);
    const replaced = replacePattern(this.#value(name), pattern, by, all);
    if (replaced === undefined) throw new Problem('syntax', `the pattern ${pattern} is not usable`);
    return this.#checked(replaced);
  }

  #value(name: string): string {
    const variable = this.#look(name);
    if (variable.state !== 'set') throw new Problem('unknown', variable.reason);
    return this.#checked(variable.value);
  }

  #look(name: string): Variable {
    if (name !== '') this.names.add(name);
    return this.#lookup(name);
  }

  /** `ENV A=$A$A`, thirty times, would make a gigabyte. */
  #checked(text: string): string {
    this.#length += text.length;
    if (this.#length > MAX_LENGTH) throw new Problem('unknown', 'the expanded text is unreasonably long');
    return text;
  }

  #name(): string {
    const start = this.#at;
    const first = this.#chars[start] ?? '';
    if (DIGIT.test(first)) {
      while (DIGIT.test(this.#chars[this.#at] ?? '')) this.#at++;
    } else if (SPECIAL.has(first)) this.#at++;
    else while (NAME.test(this.#chars[this.#at] ?? '')) this.#at++;
    return this.#chars.slice(start, this.#at).join('');
  }
}
