/** Splitting a logical line: keyword, flags, the rest; whitespace words; JSON form; ENV-like words. */
import { isSpace, trimSpace, trimSpaceStart } from './space';

export interface Command {
  /** Upper-cased. */
  readonly keyword: string;
  /** `--name` or `--name=value`, unquoted. */
  readonly flags: readonly string[];
  /** What follows the flags, trimmed. */
  readonly rest: string;
}

/** What separates words; other blanks are parts of them. */
export const BLANK = /[\t\v\f\r ]+/;

export function splitCommand(line: string): Command {
  const trimmed = trimSpace(line);
  const at = trimmed.search(BLANK);
  if (at < 0) return { keyword: trimmed.toUpperCase(), flags: [], rest: '' };
  const { flags, rest } = splitFlags(trimSpaceStart(trimmed.slice(at)));
  return { keyword: trimmed.slice(0, at).toUpperCase(), flags, rest: trimSpace(rest) };
}

/** Leading `--…` words. Quotes and `\` work inside them; a bare `--` ends them. */
function splitFlags(text: string): { flags: string[]; rest: string } {
  const flags: string[] = [];
  let at = 0;
  while (at < text.length) {
    while (at < text.length && isSpace(text[at]!)) at++;
    if (!text.startsWith('--', at)) return { flags, rest: text.slice(at) };
    let word = '';
    let quote = '';
    for (; at < text.length; at++) {
      const char = text[at]!;
      if (quote === '' && isSpace(char)) break;
      if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
      else if (char !== '\\') word += char;
      else if (at + 1 < text.length) word += text[++at]!;
    }
    if (word === '--') return { flags, rest: text.slice(at) };
    flags.push(word);
  }
  return { flags, rest: '' };
}

/** Words between blanks; quotes do not hold a blank together here, as in BuildKit. */
export function blankWords(rest: string): string[] {
  return rest === '' ? [] : rest.split(BLANK);
}

/**
 * The JSON form. undefined: it is not JSON, so the shell form is meant; `'not-strings'`: it is an array that
 * BuildKit refuses.
 */
export function jsonWords(rest: string): string[] | 'not-strings' | undefined {
  if (!rest.startsWith('[')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(rest);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  return value.every((word) => typeof word === 'string') ? value : 'not-strings';
}

/** Words of ENV, ARG and LABEL: blanks inside quotes and after the escape character do not split. */
export function quotedWords(rest: string, escape: string): string[] {
  const words: string[] = [];
  let word = '';
  let inWord = false;
  let quote = '';
  for (let at = 0; at < rest.length; at++) {
    const char = rest[at]!;
    if (quote === '' && isSpace(char)) {
      if (inWord) words.push(word);
      [word, inWord] = ['', false];
      continue;
    }
    inWord = true;
    if (char === escape && quote !== "'") {
      if (at + 1 < rest.length) word += char + rest[++at]!;
      continue;
    }
    if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
    word += char;
  }
  if (inWord && word !== '') words.push(word);
  return words;
}
