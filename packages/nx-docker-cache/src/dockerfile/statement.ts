import { parseFlags, type Flags } from './flags';
import { parseHeredoc } from './heredoc';
import type { LogicalLine } from './lines';
import { suggest } from './suggest';
import { syntaxError } from './syntax-error';
import { blankWords, jsonWords, quotedWords, splitCommand } from './words';

/** One instruction, checked as far as BuildKit checks it before it builds anything. */
export interface Statement extends LogicalLine {
  readonly keyword: string;
  readonly flags: Flags;
  /** Words of FROM, COPY, ADD, ARG and ENV; empty for the others. */
  readonly words: readonly string[];
  readonly json: boolean;
  /** What follows keyword and flags. */
  readonly rest: string;
}

const ONE_VALUE = ['MAINTAINER', 'WORKDIR', 'USER', 'STOPSIGNAL'];
const SOME_VALUE = ['EXPOSE', 'VOLUME', 'LABEL', 'ENV', 'ARG', 'HEALTHCHECK', 'SHELL', 'ONBUILD'];
const KEYWORDS = ['FROM', 'RUN', 'COPY', 'ADD', 'CMD', 'ENTRYPOINT', ...ONE_VALUE, ...SOME_VALUE];

/** @throws DockerCacheError DOCKERFILE_SYNTAX for what BuildKit refuses to parse. */
export function parseStatement(logical: LogicalLine, escape: string): Statement {
  const { line, text } = logical;
  const refuse = (problem: string, hint?: string, expected?: string): never => {
    throw syntaxError({ line, text, problem, hint, expected });
  };
  const { keyword, flags: rawFlags, rest } = splitCommand(text);
  if (!KEYWORDS.includes(keyword)) {
    const near = suggest(keyword, KEYWORDS);
    refuse(
      `unknown instruction ${keyword.slice(0, 40)}`,
      near === undefined ? NOT_A_DOCKERFILE : `Did you mean ${near}?`,
    );
  }
  // ARG and STOPSIGNAL never look at their flags.
  const flags = parseFlags(
    keyword,
    keyword === 'ARG' || keyword === 'STOPSIGNAL' ? [] : rawFlags,
    line,
    text,
  );
  if (rest === '' && (ONE_VALUE.includes(keyword) || SOME_VALUE.includes(keyword))) {
    refuse(`${keyword} needs ${ONE_VALUE.includes(keyword) ? 'an argument' : 'at least one argument'}`);
  }
  const json = jsonWords(rest);
  if (json === 'not-strings' && JSON_FORMS.includes(keyword)) refuse('a JSON form holds strings only');
  const words = wordsOf(keyword, rest, Array.isArray(json) ? json : undefined, escape);
  if (keyword === 'FROM') checkFrom(words, refuse);
  if (keyword === 'COPY' || keyword === 'ADD') checkCopy(keyword, words, refuse);
  if (keyword === 'ENV' || keyword === 'LABEL') checkPairs(keyword, rest, words, refuse);
  if (keyword === 'ARG' && words.some((word) => word.startsWith('=')))
    refuse('ARG needs a name before the =');
  if (keyword === 'SHELL' && !Array.isArray(json))
    refuse('SHELL needs the JSON form', 'Write SHELL ["/bin/sh", "-c"].');
  if (keyword === 'ONBUILD') checkTrigger(rest, refuse);
  if (keyword === 'HEALTHCHECK' && !/^(none|cmd)(\s|$)/i.test(rest)) refuse('HEALTHCHECK is CMD … or NONE');
  return { ...logical, keyword, flags, words, json: Array.isArray(json), rest };
}

type Refuse = (problem: string, hint?: string, expected?: string) => never;

const JSON_FORMS = ['COPY', 'ADD', 'RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'VOLUME'];
const NOT_A_DOCKERFILE = 'Check that the file is a Dockerfile and that a line above does not lack its \\.';

function wordsOf(
  keyword: string,
  rest: string,
  json: string[] | undefined,
  escape: string,
): readonly string[] {
  switch (keyword) {
    case 'FROM':
      return blankWords(rest);
    case 'COPY':
    case 'ADD':
      return json ?? blankWords(rest);
    case 'ARG':
    case 'ENV':
    case 'LABEL':
      return quotedWords(rest, escape);
    default:
      return [];
  }
}

function checkFrom(words: readonly string[], refuse: Refuse): void {
  const [, as, name] = words;
  if (words.length !== 1 && !(words.length === 3 && as!.toLowerCase() === 'as')) {
    refuse('FROM takes an image, or an image AS a name', undefined, 'FROM image, or FROM image AS name');
  }
  if (name !== undefined && !/^[a-z][a-z0-9\-_.]*$/i.test(name)) {
    refuse(`"${name}" cannot name a stage`, 'Start with a letter; then letters, digits, "-", "_" and ".".');
  }
}

function checkCopy(keyword: string, words: readonly string[], refuse: Refuse): void {
  if (words.length < 2) {
    refuse(
      `${keyword} needs at least two arguments`,
      'Add where to copy to.',
      `${keyword} source… destination`,
    );
  }
  if (parseHeredoc(words.at(-1)!) !== undefined) refuse(`${keyword} cannot copy into a heredoc`);
}

function checkPairs(keyword: string, rest: string, words: readonly string[], refuse: Refuse): void {
  if (words[0]?.includes('=') !== true) {
    if (blankWords(rest).length < 2)
      refuse(`${keyword} needs a name and a value`, `Write ${keyword} name=value.`);
    return;
  }
  const bare = words.find((word) => !word.includes('='));
  if (bare !== undefined) refuse(`${keyword}: "${bare}" has no =`, 'Quote a value that holds blanks.');
  if (words.some((word) => word.startsWith('='))) refuse(`${keyword} needs a name before the =`);
}

function checkTrigger(rest: string, refuse: Refuse): void {
  const trigger = splitCommand(rest).keyword;
  if (trigger === 'ONBUILD' || trigger === 'FROM' || trigger === 'MAINTAINER')
    refuse(`ONBUILD cannot trigger ${trigger}`);
}
