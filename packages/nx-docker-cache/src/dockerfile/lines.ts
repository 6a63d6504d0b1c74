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
import { heredocsOf } from './heredoc';
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

/** @throws DockerCacheError DOCKERFILE_SYNTAX for a bad directive or a heredoc without an end. */
export function readLines(text: string): LogicalLines {
  if (text.length > MAX_DOCKERFILE_LENGTH) throw tooLarge(text);
  const physical = text.replace(/^\uFEFF/, '').split('\n');
  if (physical.at(-1) === '') physical.pop();
  const directives = new DirectiveReader();
  const lines: LogicalLine[] = [];

  let at = 0;
  const next = (): string => {
    const raw = trimNewline(physical[at]!);
    directives.read(raw, at + 1);
    at += 1;
    return raw;
  };
  while (at < physical.length) {
    const line = at + 1;
    const first = next().trimStart();
    if (first === '' || first.startsWith('#')) continue;
    const parts: string[] = [];
    let { part, continues } = splitContinuation(first, directives.escape);
    parts.push(part);
    while (continues && at < physical.length) {
      const raw = next();
      const trimmed = raw.trimStart();
      if (trimmed === '' || trimmed.startsWith('#')) continue;
      ({ part, continues } = splitContinuation(raw, directives.escape));
      parts.push(part);
    }
    const joined = parts.join('').trim();
    if (joined === '') continue;
    const heredocs = heredocsOf(splitCommand(joined)).map((wanted) => {
      const start = at;
      for (; at < physical.length; at++) {
        const candidate = trimNewline(physical[at]!);
        if ((wanted.chomp ? candidate.replace(/^\t+/, '') : candidate) === wanted.name) {
          return { name: wanted.name, body: body(physical.slice(start, at++), wanted.chomp) };
        }
      }
      throw syntaxError({
        line,
        text: joined,
        problem: `the heredoc <<${wanted.name} has no end`,
        hint: `Add a line that holds only ${wanted.name}.`,
      });
    });
    lines.push({ line, endLine: at, text: joined, heredocs });
  }
  return { lines, directives: directives.found, escape: directives.escape };
}

/** A continuation is the escape character at the end, blanks allowed after it, unless it is escaped itself. */
function splitContinuation(raw: string, escape: string): { part: string; continues: boolean } {
  const end = trimEnd(raw, ' \t');
  if (!end.endsWith(escape) || end.at(-2) === escape) return { part: raw, continues: false };
  return { part: end.slice(0, -1), continues: true };
}

function trimNewline(raw: string): string {
  return trimEnd(raw, '\r\n');
}

/** A loop and not `/[ \t]+$/`, which takes quadratic time on a long run of blanks inside a line. */
function trimEnd(text: string, chars: string): string {
  let end = text.length;
  while (end > 0 && chars.includes(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function body(lines: readonly string[], chomp: boolean): string {
  return lines.map((line) => `${chomp ? line.replace(/^\t+/, '') : line}\n`).join('');
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
