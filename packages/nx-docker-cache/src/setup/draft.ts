import { parse, type ParseError } from 'jsonc-parser';
import { DockerCacheError } from '../errors';
import { withoutBom } from '../layout/json';
import { addAt, type Json } from './json-edit';
import type { FileEdit, Setup } from './model';

/** The files as they will be. Nothing that is there is replaced. */
export class Draft {
  readonly #before: Readonly<Record<string, string>>;
  readonly #after = new Map<string, string>();
  readonly #added = new Map<string, string[]>();
  readonly #kept: string[] = [];
  readonly #notes: string[] = [];

  /** @param texts by path; a file that is left out does not exist */
  constructor(texts: Readonly<Record<string, string>>) {
    this.#before = texts;
  }

  text(path: string): string | undefined {
    return this.#after.get(path) ?? (Object.hasOwn(this.#before, path) ? this.#before[path] : undefined);
  }

  /** What stands at a place of a JSON file. @throws DockerCacheError INVALID_CONFIG where the file is no JSON object */
  at(path: string, place: readonly string[]): unknown {
    return place.reduce<unknown>((value, key) => own(value, key), this.#json(path));
  }

  /**
   * Adds a value to a JSON file, which is made where there is none; to an object that is there, the properties that it
   * lacks. What differs is kept, and said; a list may hold more.
   */
  add(path: string, place: readonly string[], value: Json): void {
    const present = this.at(path, place);
    if (present === undefined) {
      const changed = addAt(this.text(path) ?? '{}\n', place, value);
      if (changed === undefined)
        this.#kept.push(`${path}: ${place.join('.')} cannot be added to what is there`);
      else this.write(path, changed, place.join('.'));
    } else if (isObject(present) && isObject(value)) {
      for (const [key, item] of Object.entries(value)) this.add(path, [...place, key], item);
    } else if (Array.isArray(present) && Array.isArray(value)) {
      const lacking = value.filter((item) => !present.some((one) => same(one, item)));
      if (lacking.length > 0)
        this.#kept.push(`${path}: ${place.join('.')} stays as it is; it lacks ${lacking.join(', ')}`);
    } else if (!same(present, value)) {
      this.#kept.push(`${path}: ${place.join('.')} stays as it is, not ${JSON.stringify(value)}`);
    }
  }

  /** @param what what is added, for people */
  write(path: string, text: string, what: string): void {
    this.#after.set(path, text);
    this.#added.set(path, [...(this.#added.get(path) ?? []), what]);
  }

  note(text: string): void {
    this.#notes.push(text);
  }

  result(): Setup {
    const edits = [...this.#after].map(([path, after]): FileEdit => {
      const before = Object.hasOwn(this.#before, path) ? this.#before[path] : undefined;
      return { path, before, after, added: this.#added.get(path) ?? [] };
    });
    return { edits, kept: this.#kept, notes: this.#notes };
  }

  #json(path: string): unknown {
    const text = this.text(path);
    if (text === undefined) return {};
    const errors: ParseError[] = [];
    const json: unknown = parse(withoutBom(text), errors, { allowTrailingComma: true });
    if (errors.length === 0 && isObject(json)) return json;
    const line = text.slice(0, errors[0]?.offset ?? 0).split('\n').length;
    throw new DockerCacheError({
      code: 'INVALID_CONFIG',
      message: `${path} is no JSON object`,
      expected: 'a JSON object; comments may be in it',
      found: `something else, at line ${line}`,
      hint: 'Correct the file, then run this again. Nothing was written.',
    });
  }
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Both are plain JSON. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
