import { DockerCacheError } from '../errors';
import type { Dockerfile, Stage, Unresolved } from '../model/dockerfile';
import { setPlatformArgs } from './args';
import { contextNames } from './base-ref';
import { readLines } from './lines';
import { Scope } from './scope';
import { readStageHead } from './stage-head';
import { StageReader, type FileContext } from './stage-reader';
import { parseStatement, type Statement } from './statement';
import { syntaxError } from './syntax-error';
import { declareGlobals } from './variables';

export interface ParseOptions {
  /** Values of `--build-arg`. */
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** Values of `--platform`; what the target platform is made of is known where there is exactly one. */
  readonly platforms?: readonly string[];
  /** Values of `--build-context`, by name. */
  readonly buildContexts?: Readonly<Record<string, string>>;
}

/** Instructions that ONBUILD triggers may add, over all stages; a guard for time. */
const MAX_TRIGGERED = 20_000;

/**
 * A Dockerfile's text as data. What cannot be known from the text is `unresolved`, with its line.
 *
 * @throws DockerCacheError DOCKERFILE_SYNTAX for what BuildKit refuses, with the line and its text.
 */
export function parseDockerfile(text: string, options: ParseOptions = {}): Dockerfile {
  const { lines, directives, escape } = readLines(text);
  const dialect = { escape, syntax: directives.syntax };
  const { head, stages } = grouped(lines.map((line) => parseStatement(line, dialect)));

  const buildArgs = options.buildArgs ?? {};
  const globals = new Scope({ state: 'unset', reason: 'no ARG before the first FROM declares it' });
  setPlatformArgs(globals, options.platforms ?? [], buildArgs);
  const globalArgs = head.flatMap((statement) => declareGlobals(statement, globals, { escape, buildArgs }));

  const contexts = contextNames(options.buildContexts ?? {});
  const names = new Map(stages.flatMap(({ name }, index) => (name === undefined ? [] : [[name, index]])));
  const reader = new FileReader({
    ...dialect,
    ...{ buildArgs, globals, stageCount: stages.length, names: { stages: names, contexts } },
  });
  for (const stage of stages) reader.readStage(stage);
  return { stages: reader.stages, globalArgs, directives, unresolved: reader.unresolved };
}

interface StageText {
  readonly from: Statement;
  /** Lower-cased. */
  readonly name: string | undefined;
  readonly body: Statement[];
}

function grouped(statements: readonly Statement[]): { head: Statement[]; stages: StageText[] } {
  const head: Statement[] = [];
  const stages: StageText[] = [];
  for (const statement of statements) {
    const { keyword, line, text } = statement;
    if (keyword === 'FROM')
      stages.push({ from: statement, name: statement.words[2]?.toLowerCase(), body: [] });
    else if (stages.length > 0) stages.at(-1)!.body.push(statement);
    else if (keyword === 'ARG') head.push(statement);
    else {
      const problem = `${keyword} stands before the first FROM`;
      throw syntaxError({ line, text, problem, hint: 'Put a FROM above it; only ARG may stand there.' });
    }
  }
  if (stages.length === 0) {
    const { line, text } = statements.at(-1) ?? { line: 1, text: 'no instruction at all' };
    const problem = 'the file has no FROM, so there is nothing to build';
    throw syntaxError({ line, text, problem, hint: 'Add FROM <image>.' });
  }
  return { head, stages };
}

/** Reads stages in order; each may build on those before it. */
class FileReader {
  readonly stages: Stage[] = [];
  readonly unresolved: Unresolved[] = [];
  readonly #file: FileContext;
  readonly #scopes: Scope[] = [];
  /** ONBUILD instructions by stage. */
  readonly #triggers: Statement[][] = [];
  /** Names of the stages so far; a later one of the same name hides the earlier. */
  readonly #earlier = new Map<string, number>();
  #triggered = 0;

  constructor(file: FileContext) {
    this.#file = file;
  }

  readStage({ from, name, body }: StageText): void {
    const index = this.stages.length;
    const { head, problems } = readStageHead(from, index, this.#file, this.#earlier);
    const parent = head.base.kind === 'stage' ? head.base.stage : undefined;
    const missing = head.base.kind === 'scratch' ? NOT_THERE : MAYBE_OF_BASE;
    const scope = parent === undefined ? new Scope(missing) : this.#scopes[parent]!.child();
    const reader = new StageReader(index, scope, this.#file);
    for (const { text, reason } of problems) reader.report(from.line, text, reason);
    for (const trigger of parent === undefined ? [] : this.#triggers[parent]!) this.#fire(trigger, reader);
    for (const statement of body) reader.read(statement, false);

    this.#scopes.push(reader.scope);
    this.#triggers.push(body.filter(({ keyword }) => keyword === 'ONBUILD'));
    if (name !== undefined) this.#earlier.set(name, index);
    this.stages.push({ ...head, instructions: reader.instructions, args: reader.args, env: reader.env });
    if (!head.replaced) for (const unresolved of reader.unresolved) this.unresolved.push(unresolved);
  }

  /** The triggers of a local stage run first in each stage built from it; grandchildren get none. */
  #fire(trigger: Statement, reader: StageReader): void {
    this.#triggered += 1;
    if (this.#triggered > MAX_TRIGGERED) {
      if (this.#triggered === MAX_TRIGGERED + 1)
        reader.report(trigger.line, trigger.text, 'too many ONBUILD triggers');
      return;
    }
    try {
      reader.read(parseStatement({ ...trigger, text: trigger.rest }, this.#file), true);
    } catch (error) {
      // BuildKit parses a trigger only where a stage that is built fires it.
      if (!(error instanceof DockerCacheError)) throw error;
      reader.report(trigger.line, trigger.text, error.message);
    }
  }
}

const NOT_THERE = { state: 'unset', reason: 'nothing declares it' } as const;
const MAYBE_OF_BASE = {
  state: 'unknown',
  reason: 'nothing declares it here; the base image may set it',
} as const;
