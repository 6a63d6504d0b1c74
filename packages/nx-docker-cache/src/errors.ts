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
  'MISSING_SECRET',
  'NO_GIT',
  'NO_REGISTRY',
  'NO_DOCKER',
  'NO_DAEMON',
  'NO_BUILDX',
  'NO_BUILDER',
  'CLASSIC_BUILDER',
  'UNSUPPORTED',
  'CONFLICTING_PLAN',
  'BUILD_FAILED',
  'PUSH_FAILED',
  'RECEIPT_UNWRITABLE',
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
  readonly cause?: unknown;
}

/** An expected error: bad input, a missing tool, a failed build. Shown without a stack. */
export class DockerCacheError extends Error {
  readonly code: ErrorCode;
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;

  constructor(details: ErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'DockerCacheError';
    this.code = details.code;
    this.expected = details.expected;
    this.found = details.found;
    this.hint = details.hint;
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

/** "Did you mean": the nearest of some names by edit distance, undefined where none is near. */
export function suggest(word: string, names: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(word.toLowerCase(), name.toLowerCase());
    if (distance < bestDistance) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i++) {
    const current = [i];
    for (let j = 1; j <= right.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (left[i - 1] === right[j - 1] ? 0 : 1);
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
