import type {
  ArgDeclaration,
  EnvAssignment,
  BaseRef,
  Instruction,
  Mount,
  Source,
  Unresolved,
} from '../model/dockerfile';
import { isIndex, resolveFrom, type Names } from './base-ref';
import { expandWord, type Expansion } from './expand';
import { mentionedNames } from './mentions';
import { parseMount } from './mounts';
import type { Scope } from './scope';
import { bindSource, copySources } from './sources';
import type { Dialect, Statement } from './statement';
import { syntaxError } from './syntax-error';
import { assignEnv, declareArgs, type VariableOptions } from './variables';

export interface FileContext extends VariableOptions, Dialect {
  readonly globals: Scope;
  /** Names of all stages, the last of each name. */
  readonly names: Names;
  readonly stageCount: number;
}

/** Reads a stage's instructions in order, as each sees the variables that those before it left. */
export class StageReader {
  readonly instructions: Instruction[] = [];
  readonly args: ArgDeclaration[] = [];
  readonly env: EnvAssignment[] = [];
  readonly unresolved: Unresolved[] = [];
  readonly scope: Scope;
  readonly #index: number;
  readonly #file: FileContext;

  constructor(index: number, scope: Scope, file: FileContext) {
    this.#index = index;
    this.scope = scope;
    this.#file = file;
  }

  /** @throws DockerCacheError DOCKERFILE_SYNTAX for a `--from` that BuildKit refuses. */
  read(statement: Statement, triggered: boolean): void {
    const { keyword, line, endLine, text, heredocs } = statement;
    for (const problem of statement.problems) this.report(line, text, problem);
    const sources: Source[] = [];
    const mounts: Mount[] = [];
    for (const value of keyword === 'RUN' ? statement.flags.texts('mount') : []) {
      this.#mount(statement, value, mounts, sources);
    }
    if (keyword === 'COPY' || keyword === 'ADD')
      for (const source of this.#copy(statement)) sources.push(source);
    // An ARG changes what it declares, so it is read before the names that are ARGs are told.
    if (keyword === 'ARG')
      for (const arg of declareArgs(statement, this.scope, this.#file.globals, this.#file))
        this.args.push(arg);
    const consumes = mentionedNames(statement).filter((name) => this.scope.isArg(name));
    if (keyword === 'ENV') this.env.push(...assignEnv(statement, this.scope, this.#file));
    this.instructions.push({ keyword, text, line, endLine, sources, mounts, heredocs, consumes, triggered });
  }

  report(line: number, text: string, reason: string): void {
    this.unresolved.push({ line, stage: this.#index, text, reason });
  }

  #copy(statement: Statement): Source[] {
    const text = statement.keyword === 'COPY' ? statement.flags.text('from') : undefined;
    return copySources(statement, {
      from: text === undefined ? undefined : this.#from(statement, text, true),
      expand: (word) => this.#expand(word),
      unresolved: (word, reason) => this.report(statement.line, word, reason),
    });
  }

  #mount(statement: Statement, value: string, mounts: Mount[], sources: Source[]): void {
    const { line } = statement;
    const raw = parseMount(value);
    const from = raw.from === undefined ? undefined : this.#from(statement, raw.from, false);
    const type = this.#expand(raw.type);
    const source = this.#expand(raw.source ?? '');
    const target = this.#expand(raw.target ?? '');
    const failed = [type, source, target].find((expansion) => !expansion.ok);
    const kind = type.ok ? type.text.toLowerCase() : raw.type;
    const problem = raw.problem ?? (failed?.ok === false ? failed.reason : undefined);
    if (problem !== undefined) this.report(line, `--mount=${value}`, problem);
    else if (!isMountType(kind)) this.report(line, `--mount=${value}`, `"${kind}" is not a type of mount`);
    if (!isMountType(kind)) return;

    mounts.push({
      ...{ type: kind, line, id: raw.id, from, required: raw.required },
      source: raw.source === undefined || !source.ok ? raw.source : source.text,
      target: raw.target === undefined || !target.ok ? raw.target : target.text,
    });
    if (kind !== 'bind') return;
    sources.push(
      source.ok
        ? bindSource(line, from, 'path', source.text)
        : bindSource(line, from, 'unresolved', raw.source!),
    );
  }

  #from(statement: Statement, text: string, byIndex: boolean): BaseRef {
    const { names, stageCount } = this.#file;
    const refuse = (problem: string, hint: string): never => {
      throw syntaxError({ line: statement.line, text: statement.text, problem, hint });
    };
    if (/\$./.test(text)) {
      refuse(
        `variables do not work in a --from (${text})`,
        'Name a stage FROM the image, and copy --from that stage.',
      );
    }
    if (byIndex && isIndex(text) && !(Number(text) >= 0 && Number(text) < stageCount)) {
      refuse(`there is no stage ${text}`, `The file has ${stageCount}, counted from 0.`);
    }
    const from = resolveFrom(text, this.#index, names, byIndex);
    if (from.kind === 'unresolved') this.report(statement.line, text, from.reason);
    return from;
  }

  #expand(word: string): Expansion {
    return expandWord(word, (name) => this.scope.get(name), this.#file.escape);
  }
}

function isMountType(type: string): type is Mount['type'] {
  return ['bind', 'cache', 'tmpfs', 'secret', 'ssh'].includes(type);
}
