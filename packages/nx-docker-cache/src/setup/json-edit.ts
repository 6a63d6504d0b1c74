/**
 * Adds to JSON that people wrote, comments and trailing commas included: what is there stays as it is, order and
 * indentation too.
 */
import { createScanner, findNodeAtLocation, parseTree, type Node, type ParseError } from 'jsonc-parser';
import { withoutBom } from '../layout/json';

/** JSON's token kinds as jsonc-parser numbers them (a const enum, which is gone at run time). */
const COMMA = 5;
const LINE_COMMENT = 12;
const BLOCK_COMMENT = 13;
/** As wide as prettier writes JSON, whose form this is. */
const WIDTH = 80;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * The text with a value at a place where there is none yet; objects on the way are made.
 * @param path names of properties, from the outermost object
 * @returns undefined where something is there already, or stands in the way
 * @throws SyntaxError where the text is no JSON object
 */
export function addAt(text: string, path: readonly string[], value: Json): string | undefined {
  return keepingBom(text, (json) => added(json, path, value));
}

/** What is done to the text behind a byte order mark, which stays. */
function keepingBom<T extends string | undefined>(text: string, edit: (json: string) => T): T | string {
  const json = withoutBom(text);
  const edited = edit(json);
  return edited === undefined ? edited : text.slice(0, text.length - json.length) + edited;
}

function added(text: string, path: readonly string[], value: Json): string | undefined {
  const root = treeOf(text);
  for (let depth = path.length; depth > 0; depth--) {
    const parent = findNodeAtLocation(root, path.slice(0, depth - 1));
    if (parent === undefined) continue;
    const [name, ...rest] = path.slice(depth - 1);
    if (parent.type !== 'object' || findNodeAtLocation(parent, [name!]) !== undefined) return undefined;
    const whole = rest.reduceRight<Json>((inner, key) => ({ [key]: inner }), value);
    return insert(text, parent, (indent, unit) => property(name!, whole, indent, unit));
  }
  return undefined;
}

/**
 * The text with an item more in a list, which is made where there is none.
 * @throws SyntaxError where the text is no JSON object, or something else stands there
 */
export function appendTo(text: string, path: readonly string[], item: Json): string {
  return keepingBom(text, (json) => appended(json, path, item));
}

function appended(text: string, path: readonly string[], item: Json): string {
  const list = findNodeAtLocation(treeOf(text), [...path]);
  if (list === undefined) {
    const made = added(text, path, [item]);
    if (made !== undefined) return made;
  }
  if (list?.type !== 'array') throw new SyntaxError(`"${path.join('.')}" is not a list`);
  return insert(text, list, (indent, unit) => render(item, indent, unit));
}

/** @throws SyntaxError */
function treeOf(text: string): Node {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (root?.type === 'object' && errors.length === 0) return root;
  throw new SyntaxError('expected a JSON object');
}

type Render = (indent: string, unit: string) => string;

/** Behind the last child of an object or a list, and behind the comment on that one's line. */
function insert(text: string, parent: Node, written: Render): string {
  const open = parent.offset;
  const close = open + parent.length - 1;
  const last = parent.children?.at(-1);
  const unit = unitOf(text);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const { comma, end } = last === undefined ? { comma: true, end: open + 1 } : tail(text, last, close);
  const head = comma ? text.slice(0, end) : withComma(text, last!.offset + last!.length, end);
  if (last !== undefined && !text.slice(open, close).includes('\n')) {
    return `${head} ${oneLine(written('', ''))}${text.slice(end)}`;
  }
  const outer = indentAt(text, close, open);
  const indent = last === undefined ? outer + unit : indentAt(text, last.offset, open, outer + unit);
  const body = written(indent, unit).replaceAll('\n', newline);
  const rest = text.slice(end);
  const gap = /^\s*/.exec(rest)![0];
  const closing = gap.includes('\n') ? rest : `${newline}${outer}${rest.slice(gap.length)}`;
  return `${head}${newline}${indent}${body}${closing}`;
}

function withComma(text: string, at: number, end: number): string {
  return `${text.slice(0, at)},${text.slice(at, end)}`;
}

/** What stands between the last child and the bracket: is there a comma, and where the last comment ends. */
function tail(text: string, last: Node, close: number): { comma: boolean; end: number } {
  const scanner = createScanner(text);
  scanner.setPosition(last.offset + last.length);
  let comma = false;
  let end = last.offset + last.length;
  for (let kind: number = scanner.scan(); scanner.getTokenOffset() < close; kind = scanner.scan()) {
    if (kind === COMMA) comma = true;
    if ([COMMA, LINE_COMMENT, BLOCK_COMMENT].includes(kind))
      end = scanner.getTokenOffset() + scanner.getTokenLength();
  }
  return { comma, end };
}

/** Indentation of the line that something begins; that of `other` where the line began before `from`. */
function indentAt(text: string, offset: number, from: number, other?: string): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  if (other !== undefined && start <= from) return other;
  return /^[ \t]*/.exec(text.slice(start))![0];
}

function unitOf(text: string): string {
  return /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
}

function property(name: string, value: Json, indent: string, unit: string): string {
  const key = `${JSON.stringify(name)}: `;
  return key + render(value, indent, unit, key.length);
}

/** As prettier writes it: objects by line, lists of scalars on one line where they fit. */
function render(value: Json, indent: string, unit: string, before = 0): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = indent + unit;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const short = `[${items.map((item) => JSON.stringify(item)).join(', ')}]`;
    const plain = items.every((item) => typeof item !== 'object' || item === null);
    if (items.length === 0 || (plain && indent.length + before + short.length < WIDTH)) return short;
    return `[\n${items.map((item) => inner + render(item, inner, unit)).join(',\n')}\n${indent}]`;
  }
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => inner + property(key, item, inner, unit));
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function oneLine(written: string): string {
  return written.replaceAll(/\n\s*/g, ' ');
}
