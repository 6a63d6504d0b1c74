import { DockerCacheError } from '../errors';

export interface SyntaxProblem {
  /** Counts from 1. */
  readonly line: number;
  /** The line's text. */
  readonly text: string;
  /** What is wrong, a clause without a full stop. */
  readonly problem: string;
  readonly expected?: string;
  readonly hint?: string;
}

const SHOWN = 160;

/** A Dockerfile that BuildKit would refuse: says the line, shows its text and what to do. */
export function syntaxError({ line, text, problem, expected, hint }: SyntaxProblem): DockerCacheError {
  return new DockerCacheError({
    code: 'DOCKERFILE_SYNTAX',
    message: `Dockerfile line ${line}: ${problem}.`,
    line,
    expected,
    found: shown(text),
    hint: hint ?? `Correct line ${line} of the Dockerfile.`,
  });
}

/** Text as a terminal can take it: one line, no control characters, not longer than a reader wants. */
export function shown(text: string): string {
  const plain = text
    .slice(0, 4 * SHOWN)
    .trim()
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ');
  return plain.length > SHOWN ? `${plain.slice(0, SHOWN)}…` : plain;
}
