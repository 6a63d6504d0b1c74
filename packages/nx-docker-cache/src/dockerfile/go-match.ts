import { notSlash, runMachine, type Step } from './glob-machine';

/** Go's `path/filepath.Match` on Linux, which COPY's wildcards use: https://pkg.go.dev/path/filepath#Match */
export interface GoPattern {
  matches(path: string): boolean;
}

/** undefined where Go says `ErrBadPattern`. */
export function compileGoPattern(pattern: string): GoPattern | undefined {
  const steps: Step[] = [];
  const chars = [...pattern];
  let at = 0;
  /** One character of a class, escapes resolved. undefined: malformed. */
  const classChar = (): number | undefined => {
    let char = chars[at++];
    if (char === undefined || char === '-' || char === ']') return undefined;
    if (char === '\\') char = chars[at++];
    return at < chars.length ? char?.codePointAt(0) : undefined;
  };
  while (at < chars.length) {
    const char = chars[at++]!;
    if (char === '*') {
      steps.push({ many: notSlash });
    } else if (char === '?') {
      steps.push({ one: notSlash });
    } else if (char === '[') {
      const negated = chars[at] === '^';
      if (negated) at++;
      const ranges: [number, number][] = [];
      while (!(chars[at] === ']' && ranges.length > 0)) {
        const low = classChar();
        if (low === undefined) return undefined;
        let high: number | undefined = low;
        if (chars[at] === '-') {
          at++;
          high = classChar();
        }
        if (high === undefined) return undefined;
        ranges.push([low, high]);
      }
      at++;
      // A class may match `/` in Go, unlike `*` and `?`.
      steps.push({ one: (code) => ranges.some(([low, high]) => low <= code && code <= high) !== negated });
    } else {
      const literal = char === '\\' ? chars[at++] : char;
      if (literal === undefined) return undefined;
      const wanted = literal.codePointAt(0)!;
      steps.push({ one: (code) => code === wanted });
    }
  }
  return { matches: (path) => runMachine(steps, path) };
}
