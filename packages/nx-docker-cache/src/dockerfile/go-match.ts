import { compileMachine, literal, notSlash, type Step } from './glob-machine';

/** Go's `path/filepath.Match` on Linux, which COPY's wildcards use: https://pkg.go.dev/path/filepath#Match */
export interface GoPattern {
  matches(path: string): boolean;
}

/** undefined where the pattern is malformed. */
export function compileGoPattern(pattern: string): GoPattern | undefined {
  const steps: Step[] = [];
  for (const chunk of chunksOf([...pattern])) {
    if (chunk.star) steps.push({ many: notSlash });
    const parsed = parseChunk(chunk.chars);
    if (parsed === undefined) return undefined;
    for (const step of parsed) steps.push(step);
  }
  return { matches: compileMachine(steps) };
}

/**
 * false where `filepath.Match(pattern, ".")` says ErrBadPattern, which is how BuildKit checks ignore patterns.
 * Go stops at the first part between stars that does not match, so what is malformed behind it goes unseen.
 */
export function passesGoCheck(pattern: string): boolean {
  let name = '.';
  const chunks = [...chunksOf([...pattern])];
  for (const [index, { star, chars }] of chunks.entries()) {
    if (star && chars.length === 0) return true;
    const steps = parseChunk(chars);
    if (steps === undefined) return false;
    const last = index === chunks.length - 1;
    const fits = (rest: string | undefined): rest is string => rest !== undefined && (rest === '' || !last);
    const rest = [name, ...(star && name !== '' ? [''] : [])]
      .map((from) => afterPrefix(steps, from))
      .find(fits);
    if (rest === undefined) return true;
    name = rest;
  }
  return true;
}

/** A step for one character. */
type One = Extract<Step, { readonly one: unknown }>;

interface Chunk {
  /** A `*` stands before it. */
  readonly star: boolean;
  readonly chars: readonly string[];
}

/** The parts between stars. A `*` inside a class, or behind a `\`, is not a star. */
function* chunksOf(chars: readonly string[]): Generator<Chunk> {
  let at = 0;
  while (at < chars.length) {
    let star = false;
    for (; chars[at] === '*'; at++) star = true;
    const start = at;
    for (let inClass = false; at < chars.length && (inClass || chars[at] !== '*'); at++) {
      if (chars[at] === '\\' && at + 1 < chars.length) at++;
      else if (chars[at] === '[') inClass = true;
      else if (chars[at] === ']') inClass = false;
    }
    yield { star, chars: chars.slice(start, at) };
  }
}

/** One step a character; undefined where it is malformed. */
function parseChunk(chars: readonly string[]): One[] | undefined {
  const steps: One[] = [];
  let at = 0;
  /** One character of a class, escapes resolved. Something must follow it. */
  const classChar = (): number | undefined => {
    let char = chars[at++];
    if (char === undefined || char === '-' || char === ']') return undefined;
    if (char === '\\') char = chars[at++];
    return at < chars.length ? char?.codePointAt(0) : undefined;
  };
  while (at < chars.length) {
    const char = chars[at++]!;
    if (char === '?') steps.push({ one: notSlash });
    else if (char !== '[') {
      const wanted = char === '\\' ? chars[at++] : char;
      if (wanted === undefined) return undefined;
      steps.push(literal(wanted));
    } else {
      const negated = chars[at] === '^';
      if (negated) at++;
      const ranges: [number, number][] = [];
      while (chars[at] !== ']' || ranges.length === 0) {
        const low = classChar();
        const ranged = low !== undefined && chars[at] === '-';
        if (ranged) at++;
        const high = ranged ? classChar() : low;
        if (low === undefined || high === undefined) return undefined;
        ranges.push([low, high]);
      }
      at++;
      // A class may match `/` in Go, unlike `*` and `?`.
      steps.push({ one: (code) => ranges.some(([low, high]) => low <= code && code <= high) !== negated });
    }
  }
  return steps;
}

/** What is left of the text behind a match of all steps; undefined without one. */
function afterPrefix(steps: readonly One[], text: string): string | undefined {
  const matched = steps.length <= text.length && steps.every(({ one }, index) => one(text.charCodeAt(index)));
  return matched ? text.slice(steps.length) : undefined;
}
