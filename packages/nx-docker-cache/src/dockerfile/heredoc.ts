import { isSpace } from './space';
import { jsonWords, splitCommand, type Command } from './words';

export interface WantedHeredoc {
  readonly name: string;
  /** `<<-`: leading tabs are stripped. */
  readonly chomp: boolean;
}

const MAY_HOLD = new Set(['ADD', 'COPY', 'RUN']);
/** No name is longer; a bound for the time that unquoting takes. */
const LONGEST = 1024;
const HEREDOC = /^\d*<<(-?)([^<]*)$/;

/** The heredocs that an instruction announces, in order. */
export function heredocsOf(command: Command): WantedHeredoc[] {
  const inner = command.keyword === 'ONBUILD' ? splitCommand(command.rest) : command;
  if (!MAY_HOLD.has(inner.keyword) || !inner.rest.includes('<<') || Array.isArray(jsonWords(inner.rest)))
    return [];
  return rawWords(inner.rest).flatMap((word) => parseHeredoc(word) ?? []);
}

/** `<<EOF`, `<<-"EOF"`, `3<<EOF` → what it announces; anything else → undefined. */
export function parseHeredoc(word: string): WantedHeredoc | undefined {
  const match = HEREDOC.exec(word);
  if (match === null || match[2] === '' || word.length > LONGEST) return undefined;
  const name = unquote(match[2]!);
  return name === '' ? undefined : { name, chomp: match[1] === '-' };
}

/** Words as a shell sees them, quotes and escapes kept. Unbalanced quotes: none, as BuildKit gives up then. */
function rawWords(text: string): string[] {
  const words: string[] = [];
  let word = '';
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (quote === '' && isSpace(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    word += char;
    if (char === '\\' && quote !== "'") word += text[++at] ?? '';
    else if (quote === '' ? char === '"' || char === "'" : char === quote) quote = quote === '' ? char : '';
  }
  if (quote !== '') return [];
  return word === '' ? words : [...words, word];
}

function unquote(word: string): string {
  return word.replace(/\\(.)|"([^"]*)"|'([^']*)'/g, (_, ...groups: (string | undefined)[]) => {
    return groups.slice(0, 3).find((group) => group !== undefined) ?? '';
  });
}
