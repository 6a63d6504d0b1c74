/** Characters and classes of Go's regular expressions (https://pkg.go.dev/regexp/syntax), as far as they occur here. */
export interface Atom {
  readonly test: (code: number) => boolean;
  /** The one character that it matches; undefined for a class. */
  readonly code?: number;
  /** Index behind it. */
  readonly end: number;
}

type Test = Atom['test'];

const PERL: Readonly<Record<string, Test>> = {
  d: (code) => code >= 0x30 && code <= 0x39,
  s: (code) => [0x20, 0x09, 0x0a, 0x0c, 0x0d].includes(code),
  w: (code) => code < 0x80 && /\w/.test(String.fromCharCode(code)),
};
const CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

/** A literal, an escape or a class at `at`. undefined where Go refuses it. */
export function parseClass(text: string, at: number): Atom | undefined {
  if (text[at] === '\\') return parseEscape(text, at);
  if (text[at] !== '[') return parseMember(text, at);
  const negated = text[at + 1] === '^';
  const tests: Test[] = [];
  let next = at + (negated ? 2 : 1);
  for (let first = true; first || text[next] !== ']'; first = false) {
    if (next >= text.length || text.startsWith('[:', next)) return undefined;
    const low = parseMember(text, next);
    if (low === undefined) return undefined;
    next = low.end;
    if (low.code === undefined || text[next] !== '-' || text[next + 1] === ']' || next + 1 >= text.length) {
      tests.push(low.test);
      continue;
    }
    const high = parseMember(text, next + 1);
    if (high?.code === undefined || high.code < low.code) return undefined;
    const range: [number, number] = [low.code, high.code];
    tests.push((code) => range[0] <= code && code <= range[1]);
    next = high.end;
  }
  return { test: (code) => tests.some((test) => test(code)) !== negated, end: next + 1 };
}

function parseMember(text: string, at: number): Atom | undefined {
  if (text[at] === '\\') return parseEscape(text, at);
  const code = text.codePointAt(at);
  return code === undefined ? undefined : { test: is(code), code, end: at + (code > 0xffff ? 2 : 1) };
}

function parseEscape(text: string, at: number): Atom | undefined {
  const char = text[at + 1];
  if (char === undefined) return undefined;
  const end = at + 2;
  const perl = PERL[char.toLowerCase()];
  if (perl !== undefined) {
    return { test: char === char.toLowerCase() ? perl : (code) => !perl(code), end };
  }
  const code = CONTROL[char] ?? (/[!-/:-@[-`{-~ ]/.test(char) ? char.charCodeAt(0) : undefined);
  return code === undefined ? undefined : { test: is(code), code, end };
}

function is(wanted: number): Test {
  return (code) => code === wanted;
}
