import type {
  ArgDeclaration,
  BaseRef,
  Instruction,
  Mount,
  Source,
  Stage,
  Unresolved,
} from '../model/dockerfile';
import { resolveFrom, type Names } from './base-ref';
import { expandWord, type Expansion } from './expand';
import { mentionedNames } from './mentions';
import { parseMount, type RawMount } from './mounts';
import type { Scope } from './scope';
import { bindSource, copySources } from './sources';
import type { Statement } from './statement';
import { assignEnv, declareArgs, type VariableOptions } from './variables';

export interface StageContext extends VariableOptions {
  readonly globals: Scope;
  readonly names: Names;
  readonly stageCount: number;
}

/** Reads a stage's instructions in order, as each sees the variables that those before it left. */
export class StageReader {
  readonly instructions: Instruction[] = [];
  readonly args: ArgDeclaration[] = [];
  readonly unresolved: Unresolved[] = [];
  readonly scope: Scope;
  readonly #index: number;
  readonly #context: StageContext;

  constructor(index: number, scope: Scope, context: StageContext) {
    this.#index = index;
    this.scope = scope;
    this.#context = context;
  }

  /** @throws DockerCacheError DOCKERFILE_SYNTAX for a mount that BuildKit refuses. */
  read(statement: Statement, triggered: boolean): void {
    const { keyword, line, endLine, text, heredocs } = statement;
    const mounts = keyword === 'RUN' ? this.#mounts(statement) : [];
    const sources: Source[] = mounts.filter(({ type }) => type === 'bind').map((mount) => this.#bind(mount));
    if (keyword === 'COPY' || keyword === 'ADD') sources.push(...this.#copy(statement));
    const consumes = mentionedNames(statement).filter(
      (name) => this.scope.isArg(name) || isDeclaredHere(statement, name),
    );
    this.instructions.push({ keyword, text, line, endLine, sources, mounts, heredocs, consumes, triggered });
    if (keyword === 'ARG')
      this.args.push(...declareArgs(statement, this.scope, this.#context.globals, this.#context));
    if (keyword === 'ENV') assignEnv(statement, this.scope, this.#context);
  }

  report(line: number, text: string, reason: string): void {
    this.unresolved.push({ line, stage: this.#index, text, reason });
  }

  #copy(statement: Statement): Source[] {
    const { line } = statement;
    const text = statement.keyword === 'COPY' ? statement.flags.text('from') : undefined;
    return copySources(statement, {
      from: text === undefined ? undefined : this.#from(line, text, true),
      expand: (word) => this.#expand(word),
      unresolved: (word, reason) => this.report(line, word, reason),
    });
  }

  #mounts(statement: Statement): Mount[] {
    return statement.flags.texts('mount').map((value) => {
      const raw = parseMount(value, statement.line, statement.text);
      return {
        type: this.#mountType(raw, statement.line),
        line: statement.line,
        id: raw.id,
        source: this.#mountPath(raw.source, statement.line),
        target: this.#mountPath(raw.target, statement.line),
        from: raw.from === undefined ? undefined : this.#from(statement.line, raw.from, false),
        required: raw.required,
      };
    });
  }

  #mountType(raw: RawMount, line: number): Mount['type'] {
    const expanded = this.#expand(raw.type);
    const type = expanded.ok ? expanded.text.toLowerCase() : '';
    if (MOUNT_TYPES.includes(type as Mount['type'])) return type as Mount['type'];
    this.report(line, raw.type, expanded.ok ? `"${type}" is not a type of mount` : expanded.reason);
    return 'tmpfs';
  }

  #mountPath(path: string | undefined, line: number): string | undefined {
    if (path === undefined) return undefined;
    const expanded = this.#expand(path);
    if (expanded.ok) return expanded.text;
    this.report(line, path, expanded.reason);
    return path;
  }

  #bind(mount: Mount): Source {
    const known = mount.source === undefined || this.#expand(mount.source).ok;
    const source = bindSource(mount.line, mount.from, known ? (mount.source ?? '.') : undefined);
    return known ? source : { ...source, path: mount.source! };
  }

  #from(line: number, text: string, byIndex: boolean): BaseRef {
    const { names, stageCount } = this.#context;
    const from = resolveFrom(text, this.#index, names, stageCount, byIndex);
    if (from.kind === 'unresolved') this.report(line, text, from.reason);
    return from;
  }

  #expand(word: string): Expansion {
    return expandWord(word, (name) => this.scope.get(name), this.#context.escape);
  }
}

export type StageHead = Pick<
  Stage,
  'index' | 'name' | 'line' | 'base' | 'platform' | 'consumes' | 'replaced'
>;

const MOUNT_TYPES: readonly Mount['type'][] = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'];

function isDeclaredHere(statement: Statement, name: string): boolean {
  return (
    statement.keyword === 'ARG' &&
    statement.words.some((word) => word === name || word.startsWith(`${name}=`))
  );
}
