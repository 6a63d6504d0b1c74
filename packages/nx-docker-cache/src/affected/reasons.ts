import type { AffectedKind, AffectedReason } from '../model/affected';

/** Files that a reason names; of `COPY . .` after a large merge there may be thousands. */
const MAX_FILES = 20;

export interface Cause {
  readonly kind: AffectedKind;
  readonly line: number | undefined;
  readonly project: string | undefined;
  readonly text: string;
}

/** Reasons, those that differ in the file only as one. */
export class Reasons {
  readonly #found = new Map<string, { readonly cause: Cause; readonly files: Set<string> }>();

  /** How many there are. */
  get size(): number {
    return this.#found.size;
  }

  add(cause: Cause, file?: string): void {
    const key = [cause.kind, cause.line, cause.project, cause.text].join('\0');
    const known = this.#found.get(key) ?? { cause, files: new Set<string>() };
    if (file !== undefined) known.files.add(file);
    this.#found.set(key, known);
  }

  list(): AffectedReason[] {
    return [...this.#found.values()].map(({ cause, files }) => ({
      kind: cause.kind,
      files: [...files].slice(0, MAX_FILES),
      count: files.size,
      ...{ line: cause.line, project: cause.project, text: cause.text },
    }));
  }
}
