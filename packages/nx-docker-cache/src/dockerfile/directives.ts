import type { Directives } from '../model/dockerfile';
import { trimSpaceStart } from './space';
import { syntaxError } from './syntax-error';

const DIRECTIVE = /^#[\t\f\r ]*([a-zA-Z][a-zA-Z0-9]*)[\t\f\r ]*=[\t\f\r ]*([^\n]+?)[\t\f\r ]*$/;
const KNOWN = new Set(['syntax', 'escape', 'check']);

/** Reads `# key=value` at the top of the file; the first line that is anything else ends it. */
export class DirectiveReader {
  #done = false;
  #shebang = false;
  #found: { syntax?: string; escape?: string; check?: string } = {};

  get found(): Directives {
    return this.#found;
  }

  /** The character that joins lines and escapes characters: `\` unless a directive says backtick. */
  get escape(): string {
    return this.#found.escape ?? '\\';
  }

  /** @throws DockerCacheError DOCKERFILE_SYNTAX for a repeated directive or an impossible escape character. */
  read(raw: string, line: number): void {
    if (this.#done) return;
    if (line === 1 && raw.startsWith('#!')) {
      this.#shebang = true;
      return;
    }
    // Cut first: no directive is that long, and the expression must stay cheap on any input.
    const match = DIRECTIVE.exec(trimSpaceStart(raw.slice(0, 4096)));
    const key = match?.[1]?.toLowerCase();
    const value = match?.[2];
    // BuildKit looks behind a shebang for the frontend alone, not for the escape character.
    if (key === undefined || value === undefined || !KNOWN.has(key) || (this.#shebang && key === 'escape')) {
      this.#done = true;
      return;
    }
    if (key in this.#found) {
      throw syntaxError({
        line,
        text: raw,
        problem: `the directive ${key} stands twice`,
        hint: 'Remove one.',
      });
    }
    if (key === 'escape' && value !== '\\' && value !== '`') {
      throw syntaxError({
        line,
        text: raw,
        problem: `${value} cannot be the escape character`,
        expected: '\\ or `',
      });
    }
    this.#found = { ...this.#found, [key]: value };
  }
}
