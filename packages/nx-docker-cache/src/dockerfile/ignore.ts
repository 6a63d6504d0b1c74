import { DockerCacheError } from '../errors';
import { indexOf } from './ignore-index';
import { compileIgnorePattern } from './ignore-pattern';
import { compileReach } from './ignore-reach';
import { cleanPath } from './path';
import { trimSpace } from './space';
import { shown } from './syntax-error';

/** The rules of an ignore file, in order. */
export interface IgnoreRules {
  readonly patterns: readonly IgnorePattern[];
}

export interface IgnorePattern {
  /** Cleaned, without the `!`. */
  readonly pattern: string;
  /** `!`: what matches is sent after all. */
  readonly exception: boolean;
  readonly line: number;
  readonly matches: (path: string) => boolean;
  /** false where it matches nothing that lies in this folder, but for what it matches with the folder itself. */
  readonly mayMatchIn: (folder: string) => boolean;
}

/** The patterns that a folder matched, by index, in their order; what lies in it matches them too. */
export type FolderMatches = readonly number[];

/**
 * An ignore file as BuildKit reads it: not as git does. Comments only at a line's start, blanks around a pattern
 * trimmed, every pattern relative to the context's root, the last match wins.
 *
 * @throws DockerCacheError DOCKERFILE_SYNTAX for a pattern with which BuildKit refuses to build.
 */
export function parseIgnore(text: string): IgnoreRules {
  const lines = text.replace(/^\uFEFF/, '').split('\n');
  return { patterns: lines.flatMap((raw, index) => parsePattern(raw, index + 1) ?? []) };
}

/** undefined for a comment or an empty line. */
function parsePattern(raw: string, line: number): IgnorePattern | undefined {
  const trimmed = trimSpace(raw);
  if (raw.startsWith('#') || trimmed === '') return undefined;
  const exception = trimmed.startsWith('!');
  const written = exception ? trimSpace(trimmed.slice(1)) : trimmed;
  const cleaned = written === '' ? '' : cleanPath(written);
  const pattern = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  const malformed = (): never => {
    throw badPattern(line, raw);
  };
  const matches = compileIgnorePattern(pattern, malformed);
  if (matches === undefined || (exception && (pattern === '' || pattern === '/'))) return malformed();
  return { pattern, exception, line, matches, mayMatchIn: compileReach(pattern) };
}

/**
 * true where BuildKit leaves the file or folder out of the context. `path` is relative to the context, without a
 * leading `/` or `./`. A walker asks `matchEntry` instead and spares the folders above.
 *
 * @throws DockerCacheError DOCKERFILE_SYNTAX where a malformed pattern has to decide, as BuildKit fails then.
 */
export function isIgnored(rules: IgnoreRules, path: string): boolean {
  let folder: FolderMatches | undefined;
  let ignored = false;
  for (let slash = path.indexOf('/'); ; slash = path.indexOf('/', slash + 1)) {
    ({ ignored, matches: folder } = matchEntry(rules, slash < 0 ? path : path.slice(0, slash), folder));
    if (slash < 0) return ignored;
  }
}

/**
 * One step of a walk from the context's root downwards: `matches` of a folder is `folder` for what lies in it;
 * undefined in the root. A pattern that could not change the outcome is not tried and counts as unmatched for the
 * folder's content too, as in patternmatcher's MatchesUsingParentResults.
 */
export function matchEntry(
  rules: IgnoreRules,
  path: string,
  folder: FolderMatches = NONE,
): { ignored: boolean; matches: FolderMatches } {
  const { patterns } = rules;
  let ignored = false;
  let matches: number[] | undefined;
  for (const at of indexOf(patterns).candidates(path, folder)) {
    const { exception, matches: isMatch } = patterns[at]!;
    if (!folder.includes(at) && (exception !== ignored || !isMatch(path))) continue;
    ignored = !exception;
    (matches ??= []).push(at);
  }
  return { ignored, matches: matches === undefined ? NONE : isSame(matches, folder) ? folder : matches };
}

function isSame(one: FolderMatches, other: FolderMatches): boolean {
  return one.length === other.length && one.every((at, index) => at === other[index]);
}

const NONE: FolderMatches = [];

/**
 * For an ignored folder: may an exception send something that lies in it? false lets a walker leave it out whole;
 * true promises nothing.
 */
export function mayContainIncluded(rules: IgnoreRules, folder: string): boolean {
  return indexOf(rules.patterns).mayComeBackIn(folder);
}

/**
 * For files that `matchEntry` leaves in the context: does BuildKit's client send their content too? Before it opens one
 * it asks again, and then tries each pattern on each folder above, as in patternmatcher's MatchesOrParentMatches. Where a
 * rule comes again behind an exception the answers differ, and an empty file is sent.
 */
export function opensFiles({ patterns }: IgnoreRules): (path: string) => boolean {
  const exception = patterns.findIndex((pattern) => pattern.exception);
  if (exception < 0 || patterns.slice(exception).every((pattern) => pattern.exception)) return () => true;
  return (path) => {
    const parts = path.split('/');
    const above = parts.map((_, index) => parts.slice(0, index + 1).join('/'));
    let ignored = false;
    for (const at of indexOf(patterns).candidatesOf(above)) {
      const pattern = patterns[at]!;
      if (pattern.exception === ignored && above.some(pattern.matches)) ignored = !pattern.exception;
    }
    return !ignored;
  };
}

/** Where BuildKit looks for the ignore file, the first that exists counts. Both paths relative to the same folder. */
export function ignoreFileCandidates(dockerfilePath: string, contextPath: string): string[] {
  return [
    `${dockerfilePath}.dockerignore`,
    contextPath === '.' ? '.dockerignore' : `${contextPath}/.dockerignore`,
  ];
}

function badPattern(line: number, raw: string): DockerCacheError {
  return new DockerCacheError({
    code: 'DOCKERFILE_SYNTAX',
    message: `Ignore file line ${line}: BuildKit refuses this pattern.`,
    line,
    expected: 'a path with *, **, ? and [a-z] in it; \\ before a character that is meant literally',
    found: shown(raw),
    hint: `Correct line ${line} of the ignore file.`,
  });
}
