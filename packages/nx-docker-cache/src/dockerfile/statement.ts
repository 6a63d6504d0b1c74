import { suggest } from '../errors';
import { checkArguments } from './argument-rules';
import { parseFlags, type Flags } from './flags';
import type { LogicalLine } from './lines';
import { syntaxError } from './syntax-error';
import { blankWords, jsonWords, quotedWords, splitCommand } from './words';

/** One instruction, checked as far as BuildKit checks it before it builds anything. */
export interface Statement extends LogicalLine {
  readonly keyword: string;
  readonly flags: Flags;
  /** Words of FROM, COPY, ADD, ARG, ENV and LABEL; empty for the others. */
  readonly words: readonly string[];
  /** What follows keyword and flags. */
  readonly rest: string;
  /** What only the frontend named by `# syntax=` can judge. */
  readonly problems: readonly string[];
}

/** The language that a file is written in. */
export interface Dialect {
  readonly escape: string;
  /** `# syntax=` as written. */
  readonly syntax: string | undefined;
}

const KEYWORDS = [
  ...['FROM', 'RUN', 'COPY', 'ADD', 'CMD', 'ENTRYPOINT', 'MAINTAINER', 'WORKDIR', 'USER', 'STOPSIGNAL'],
  ...['EXPOSE', 'VOLUME', 'LABEL', 'ENV', 'ARG', 'HEALTHCHECK', 'SHELL', 'ONBUILD'],
];
/** These never look at their flags. */
const FLAGS_IGNORED = ['ARG', 'STOPSIGNAL'];
const JSON_FORMS = ['COPY', 'ADD', 'RUN', 'CMD', 'ENTRYPOINT', 'SHELL', 'VOLUME'];

/** @throws DockerCacheError DOCKERFILE_SYNTAX for what BuildKit refuses to parse. */
export function parseStatement(logical: LogicalLine, { escape, syntax }: Dialect): Statement {
  const { line, text } = logical;
  const problems: string[] = [];
  const refuse = (problem: string, hint?: string, expected?: string): never => {
    throw syntaxError({ line, text, problem, hint, expected });
  };
  const command = splitCommand(text);
  const { keyword, rest } = command;
  if (!KEYWORDS.includes(keyword)) {
    const problem = `unknown instruction ${keyword.slice(0, 40)}`;
    if (!isForeign(syntax)) return refuse(problem, hintFor(keyword));
    return { ...logical, keyword, flags: NO_FLAGS, words: [], rest, problems: [problem] };
  }
  const flags = parseFlags(
    FLAGS_IGNORED.includes(keyword) ? { keyword, flags: [] } : command,
    logical,
    (problem, hint) => {
      // A newer frontend than the engine's own may know the flag.
      if (syntax === undefined) refuse(problem, hint);
      problems.push(`${problem}. ${hint}`);
    },
  );
  if (hasOtherThanStrings(keyword, rest)) refuse('a JSON form holds strings only');
  const json = jsonWords(rest);
  const words = wordsOf(keyword, rest, Array.isArray(json) ? json : undefined, escape);
  checkArguments({ keyword, rest, words, json: Array.isArray(json), escape }, refuse);
  return { ...logical, keyword, flags, words, rest, problems };
}

/** An instruction that ONBUILD keeps is looked at as well, as BuildKit splits both the same way. */
function hasOtherThanStrings(keyword: string, rest: string): boolean {
  if (keyword === 'HEALTHCHECK') return jsonWords(rest.replace(/^\S+\s*/, '')) === 'not-strings';
  if (keyword !== 'ONBUILD') return JSON_FORMS.includes(keyword) && jsonWords(rest) === 'not-strings';
  const kept = splitCommand(rest);
  return hasOtherThanStrings(kept.keyword, kept.rest);
}

const NO_FLAGS: Flags = { text: () => undefined, texts: () => [], on: () => false };

/** true for a frontend that is not Docker's own, mirrors of that one included: it may have other instructions. */
function isForeign(syntax: string | undefined): boolean {
  return syntax !== undefined && !/(^|\/)docker\/dockerfile(-upstream)?([:@\s]|$)/.test(syntax);
}

function hintFor(keyword: string): string {
  const near = suggest(keyword, KEYWORDS);
  if (near !== undefined) return `Did you mean ${near}?`;
  return 'Check that the file is a Dockerfile and that the line above does not lack a \\ at its end.';
}

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
