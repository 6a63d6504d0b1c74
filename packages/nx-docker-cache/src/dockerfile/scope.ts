/** What is known of one variable at one place of the Dockerfile. */
export type Variable =
  | { readonly state: 'set'; readonly value: string }
  /** Declared, or surely not there; BuildKit would put nothing in its place. */
  | { readonly state: 'unset'; readonly reason: string }
  /** It may have a value, but not one that the text tells. */
  | { readonly state: 'unknown'; readonly reason: string };

export interface Entry {
  readonly variable: Variable;
  /** true where the value came from an ARG, so that a build arg may change it. */
  readonly arg: boolean;
}

const MAX_DEPTH = 100;

/**
 * The variables of a stage. A stage built from another one sees that one's, as they stand at its end; the
 * chain is flattened now and then, so that thousands of stages cost neither a copy each nor a long search.
 */
export class Scope {
  readonly #own = new Map<string, Entry>();
  readonly #parent: Scope | undefined;
  readonly #depth: number;
  /** What a name means that nothing declares. */
  readonly #missing: Variable;

  constructor(missing: Variable, parent?: Scope) {
    this.#missing = missing;
    const useful = parent?.nearestFilled();
    if (useful !== undefined && useful.#depth >= MAX_DEPTH) {
      useful.copyInto(this.#own);
      this.#depth = 0;
    } else {
      this.#parent = useful;
      this.#depth = useful === undefined ? 0 : useful.#depth + 1;
    }
  }

  get(name: string): Variable {
    return this.entry(name)?.variable ?? this.#missing;
  }

  entry(name: string): Entry | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) {
      const entry = scope.#own.get(name);
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  isArg(name: string): boolean {
    return this.entry(name)?.arg ?? false;
  }

  set(name: string, variable: Variable, arg: boolean): void {
    this.#own.set(name, { variable, arg });
  }

  /** What a stage built from this one starts with. */
  child(): Scope {
    return new Scope(this.#missing, this);
  }

  private nearestFilled(): Scope | undefined {
    return this.#own.size > 0 ? this : this.#parent;
  }

  private copyInto(target: Map<string, Entry>): void {
    const chain: Scope[] = [];
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.#parent) chain.push(scope);
    for (const scope of chain.reverse()) for (const [name, entry] of scope.#own) target.set(name, entry);
  }
}
