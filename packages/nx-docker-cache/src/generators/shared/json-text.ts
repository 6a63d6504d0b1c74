/**
 * Adds to JSON that people wrote: comments, order, indentation and everything else stay as they are.
 */

/** Adds an item to the list that a property of the outermost object holds; makes the list where there is none. */
export function appendToList(text: string, property: string, item: unknown): string {
  const found = propertyOf(text, property);
  if (found === undefined) return addProperty(text, property, [item]);
  const { start, end } = found;
  if (text[start] !== '[') throw new SyntaxError(`"${property}" is not a list`);
  return insertBefore(text, start, end, 2, JSON.stringify(item, undefined, indentOf(text)));
}

function addProperty(text: string, property: string, value: unknown): string {
  const { start, end } = outermost(text);
  const json = `${JSON.stringify(property)}: ${JSON.stringify(value, undefined, indentOf(text))}`;
  return insertBefore(text, start, end, 1, json);
}

/** Puts text before the bracket at `end`, behind what stands between the brackets. */
function insertBefore(text: string, start: number, end: number, depth: number, json: string): string {
  const indent = indentOf(text);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const last = lastSignificant(text, start + 1, end);
  const written = json.replaceAll('\n', `${newline}${indent.repeat(depth)}`);
  const isEmpty = last === start;
  const comma = isEmpty || text[last] === ',' ? '' : ',';
  // A list on one line stays on one.
  if (!isEmpty && !text.slice(start, end).includes('\n')) {
    return `${text.slice(0, last + 1)}${comma} ${JSON.stringify(JSON.parse(asValue(json)))}${text.slice(last + 1)}`;
  }
  const tail = isEmpty ? '' : text.slice(last + 1, end).trimEnd();
  const before = text.slice(0, last + 1) + comma + tail;
  return `${before}${newline}${indent.repeat(depth)}${written}${newline}${indent.repeat(depth - 1)}${text.slice(end)}`;
}

/** A property is written as it is, a value as one. */
function asValue(json: string): string {
  return /^"[^"]*":/.test(json) ? `{${json}}` : json;
}

function indentOf(text: string): string {
  return /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
}

function outermost(text: string): { start: number; end: number } {
  const start = [...significant(text)].find(({ char }) => char === '{')?.at;
  if (start === undefined) throw new SyntaxError('not a JSON object');
  return { start, end: closing(text, start) };
}

/** Where the value of a property of the outermost object begins, and its last character. */
function propertyOf(text: string, property: string): { start: number; end: number } | undefined {
  let depth = 0;
  let key: string | undefined;
  for (const { at, char, string } of significant(text)) {
    if (char === ':' && depth === 1 && key === property) {
      const value = [...significant(text.slice(at + 1))][0];
      if (value === undefined) return undefined;
      const start = at + 1 + value.at;
      return { start, end: /[[{]/.test(value.char) ? closing(text, start) : start };
    }
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (string !== undefined) key = string;
    else if (char !== ':') key = undefined;
  }
  return undefined;
}

function closing(text: string, start: number): number {
  let depth = 0;
  for (const { at, char } of significant(text.slice(start))) {
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) return start + at;
  }
  throw new SyntaxError('a bracket is not closed');
}

/** Index of the last character that is neither blank nor in a comment; `from - 1` where there is none. */
function lastSignificant(text: string, from: number, to: number): number {
  const tokens = [...significant(text.slice(from, to))];
  const last = tokens.at(-1);
  return last === undefined ? from - 1 : from + last.at + last.length - 1;
}

interface Token {
  readonly at: number;
  readonly length: number;
  readonly char: string;
  /** Content of a string. */
  readonly string: string | undefined;
}

/** Strings as one, everything else by character; blanks and comments are left out. */
function* significant(text: string): Generator<Token> {
  const pattern = /\s+|\/\/[^\n]*|\/\*[^]*?\*\/|"((?:[^"\\]|\\.)*)"|[^]/g;
  for (const match of text.matchAll(pattern)) {
    const [whole, string] = match;
    if (/^\s/.test(whole) || whole.startsWith('//') || whole.startsWith('/*')) continue;
    yield { at: match.index, length: whole.length, char: whole[0]!, string };
  }
}
