import { isAlias, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';

/** A YAML file as a value, with the lines of its parts. */
export class Yaml {
  readonly value: unknown;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;

  private constructor(document: Document.Parsed, lines: LineCounter) {
    this.#document = document;
    this.#lines = lines;
    // Aliases of aliases can make a small file a huge value.
    this.value = document.toJS({ maxAliasCount: 100 });
  }

  /** undefined where it is no YAML. */
  static parse(text: string): Yaml | undefined {
    const lines = new LineCounter();
    try {
      const document = parseDocument(text, { lineCounter: lines, merge: true, logLevel: 'error' });
      return document.errors.length > 0 ? undefined : new Yaml(document, lines);
    } catch {
      return undefined;
    }
  }

  /** The line where a part starts, from 1; 1 where it has no place of its own. */
  lineOf(path: readonly (string | number)[]): number {
    const node = this.#document.getIn(path, true);
    if (!isNode(node) || isAlias(node)) return 1;
    const start = node.range?.[0];
    if (start === undefined) return 1;
    // The text of `run: |` starts below it.
    const isBlock = isScalar(node) && node.type?.startsWith('BLOCK_') === true;
    return this.#lines.linePos(start).line + (isBlock ? 1 : 0);
  }
}
