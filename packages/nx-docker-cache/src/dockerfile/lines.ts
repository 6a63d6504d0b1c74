/**
 * Text → logical lines, as BuildKit's own reader does it (frontend/dockerfile/parser/parser.go): line by line,
 * comments dropped inside continuations too, heredoc bodies taken from the lines that follow.
 *
 * dockerfile-ast was measured first and is not used: it joins `\\` at a line's end, misses `3<<EOF`, lets one
 * `<<-` turn every heredoc of the line tab-insensitive, splits JSON forms at spaces, and leaves heredoc bodies
 * among the arguments. Compensating was longer than reading lines.
 */
import type { Directives, Heredoc } from '../model/dockerfile';
import { DirectiveReader } from './directives';
import { heredocsOf, type WantedHeredoc } from './heredoc';
import { trimSpace, trimSpaceStart } from './space';
import { syntaxError } from './syntax-error';
import { splitCommand } from './words';

export interface LogicalLine {
  /** First line, counts from 1. */
  readonly line: number;
  readonly endLine: number;
  /** Continuation lines joined, comments inside left out, trimmed. */
  readonly text: string;
  readonly heredocs: readonly Heredoc[];
}

export interface LogicalLines {
  readonly lines: readonly LogicalLine[];
  readonly directives: Directives;
  readonly escape: string;
}

/** Larger than any Dockerfile; a guard for time, not a rule of BuildKit's. */
export const MAX_DOCKERFILE_LENGTH = 8 * 1024 * 1024;

/** Bytes; BuildKit reads no longer line. */
const MAX_LINE_BYTES = 65_535;

/** @throws DockerCacheError DOCKERFILE_SYNTAX for a bad directive, a line too long or a heredoc without an end. */
export function readLines(text: string): LogicalLines {
  if (text.length > MAX_DOCKERFILE_LENGTH) throw tooLarge(text);
  const physical = text.replace(/^\uFEFF/, '').split('\n');
  if (physical.at(-1) === '') physical.pop();
  checkLength(physical);
  const reader = new LineReader(physical);
  const lines: LogicalLine[] = [];
  for (let line = reader.read(); line !== undefined; line = reader.read()) lines.push(line);
  return { lines, directives: reader.directives.found, escape: reader.directives.escape };
}

class LineReader {
  readonly directives = new DirectiveReader();
  readonly #physical: readonly string[];
  #at = 0;

  constructor(physical: readonly string[]) {
    this.#physical = physical;
  }

  /** The next instruction; undefined at the end. */
  read(): LogicalLine | undefined {
    for (let first = this.#next(); first !== undefined; first = this.#next()) {
      const line = this.#at;
      const text = isCommentOrBlank(first) ? '' : this.#joined(trimSpaceStart(first));
      if (text === '') continue;
      const heredocs = heredocsOf(splitCommand(text)).map((wanted) => this.#heredoc(wanted, line, text));
      return { line, endLine: this.#at, text, heredocs };
    }
    return undefined;
  }

  #next(): string | undefined {
    const raw = this.#physical[this.#at];
    if (raw === undefined) return undefined;
    this.#at += 1;
    const text = trimEnd(raw, '\r\n');
    this.directives.read(text, this.#at);
    return text;
  }

  #joined(first: string): string {
    const parts: string[] = [];
    let { part, continues } = splitContinuation(first, this.directives.escape);
    for (;;) {
      parts.push(part);
      if (!continues) break;
      let raw = this.#next();
      while (raw !== undefined && isCommentOrBlank(raw)) raw = this.#next();
      if (raw === undefined) break;
      ({ part, continues } = splitContinuation(raw, this.directives.escape));
    }
    return trimSpace(parts.join(''));
  }

  #heredoc({ name, chomp }: WantedHeredoc, line: number, text: string): Heredoc {
    const body: string[] = [];
    for (let raw = this.#physical[this.#at]; raw !== undefined; raw = this.#physical[this.#at]) {
      this.#at += 1;
      // A carriage return does not hide the end, and is a part of any other line.
      const content = chomp ? raw.replace(/^\t+/, '') : raw;
      if (trimEnd(content, '\r') === name) return { name, body: body.join('') };
      body.push(`${content}\n`);
    }
    const problem = `the heredoc <<${name} has no end`;
    throw syntaxError({ line, text, problem, hint: `Add a line that holds only ${name}.` });
  }
}

function isCommentOrBlank(raw: string): boolean {
  const text = trimSpaceStart(raw);
  return text === '' || text.startsWith('#');
}

/** A continuation is the escape character at the end, blanks allowed after it, unless it is escaped itself. */
function splitContinuation(raw: string, escape: string): { part: string; continues: boolean } {
  const end = trimEnd(raw, ' \t');
  if (!end.endsWith(escape) || end.at(-2) === escape) return { part: raw, continues: false };
  return { part: end.slice(0, -1), continues: true };
}

/** A loop and not `/[ \t]+$/`, which takes quadratic time on a long run of blanks inside a line. */
function trimEnd(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function checkLength(physical: readonly string[]): void {
  physical.forEach((text, index) => {
    if (text.length * 3 <= MAX_LINE_BYTES || Buffer.byteLength(text) <= MAX_LINE_BYTES) return;
    const expected = `${MAX_LINE_BYTES} bytes at most`;
    throw syntaxError({ line: index + 1, text, problem: 'the line is too long for BuildKit', expected });
  });
}

function tooLarge(text: string): Error {
  return syntaxError({
    line: 1,
    text: text.slice(0, 200),
    problem: `the file is ${text.length} characters long`,
    expected: `${MAX_DOCKERFILE_LENGTH} at most`,
    hint: 'Check that this path names a Dockerfile.',
  });
}
