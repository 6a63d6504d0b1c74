/**
 * Errors that a user can act on. Each says what was expected, what was found and what to do; the code is
 * stable and may be matched by scripts. `InternalError` is for what only a bug can cause.
 */
export const ERROR_CODES = [
  'INVALID_OPTIONS',
  'INVALID_CONFIG',
  'INVALID_TEMPLATE',
  'INVALID_REFERENCE',
  'UNKNOWN_PROJECT',
  'INVALID_PROJECT_NAME',
  'NO_TARGET',
  'NO_DOCKERFILE',
  'NO_CONTEXT',
  'DOCKERFILE_SYNTAX',
  'UNKNOWN_STAGE',
  'UNKNOWN_TASK',
  'MISSING_SECRET',
  'SECRET_EXPOSED',
  'NO_GIT',
  'NO_BASE',
  'NO_RUNNER',
  'RUNNER_FAILED',
  'NO_REGISTRY',
  'NO_DOCKER',
  'NO_DAEMON',
  'NO_BUILDX',
  'NO_BUILDER',
  'CLASSIC_BUILDER',
  'UNSUPPORTED',
  'CONFLICTING_PLAN',
  'IMAGE_CYCLE',
  'BUILD_FAILED',
  'DEPENDENCY_FAILED',
  'PUSH_FAILED',
  'NO_IMAGE',
  'CONTAINER_FAILED',
  'SERVICE_FAILED',
  'TASK_TIMEOUT',
  'OUTPUT_ESCAPES',
  'RECEIPT_UNWRITABLE',
  'RECEIPT_MISSING',
  'RECEIPT_INVALID',
  'RECEIPT_STALE',
  'UNCOMMITTED',
  'TASK_UNPROVEN',
  'NOT_PUSHED',
  'PART_MISSING',
  'LOAD_PLATFORMS',
  'DIGEST_GONE',
  'TAG_CONFLICT',
  'TAG_IMMUTABLE',
  'RELEASE_REFUSED',
  'PUBLISH_FAILED',
  'INTERRUPTED',
  'USAGE',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ErrorDetails {
  readonly code: ErrorCode;
  /** One sentence: what went wrong. */
  readonly message: string;
  /** What would have been right. */
  readonly expected?: string;
  /** What there was instead. Never a secret's value. */
  readonly found?: string;
  /** What to do next. */
  readonly hint?: string;
  /** Line of the Dockerfile or ignore file that the error is about, from 1. */
  readonly line?: number;
  readonly cause?: unknown;
}

/** An expected error: bad input, a missing tool, a failed build. Shown without a stack. */
export class DockerCacheError extends Error {
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  readonly line: number | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DockerCacheError';
    this.code = details.code;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
    this.line = details.line;
  }

  /** The error as a terminal shows it: one line a fact, in the order a reader asks for them. */
  format(): string {
    const lines = [`${this.code}: ${this.message}`];
    if (this.expected !== undefined) lines.push(`  expected: ${indent(this.expected)}`);
    if (this.found !== undefined) lines.push(`  found:    ${indent(this.found)}`);
    if (this.hint !== undefined) lines.push(`  do:       ${indent(this.hint)}`);
    return lines.join('\n');
  }
}

/** A state that the code rules out; seeing one is a bug of ours. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Text for any thrown value, formatted where it is ours. */
export function formatError(error: unknown): string {
  if (error instanceof DockerCacheError) return error.format();
  if (error instanceof Error) return error.stack ?? `${error.name}: ${error.message}`;
  return String(error);
}

/** Longer words are no misspelt names, and comparing them takes long. */
const MAX_SUGGESTED_LENGTH = 64;

/** The candidate that was probably meant, undefined where none is near (a third of the letters, 3 at most). */
export function suggest(wrong: string, candidates: Iterable<string>): string | undefined {
  const word = wrong.toLowerCase();
  if (word.length > MAX_SUGGESTED_LENGTH) return undefined;
  const limit = Math.min(3, Math.max(1, Math.floor(word.length / 3)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > limit) continue;
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Least number of letters to insert, delete, replace or swap with their neighbour (Levenshtein with swaps). */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replaced, previous[j]! + 1, current[j - 1]! + 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) best = Math.min(best, beforePrevious[j - 2]! + 1);
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length]!;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
