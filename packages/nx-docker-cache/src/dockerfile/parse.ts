import { DockerCacheError } from '../errors';
import type { Dockerfile, Stage, Unresolved } from '../model/dockerfile';
import { setPlatformArgs } from './args';
import { contextNames, resolveBase } from './base-ref';
import { expandWord } from './expand';
import { readLines } from './lines';
import { Scope } from './scope';
import { StageReader, type StageContext, type StageHead } from './stage-reader';
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
  const { head, stages: groups } = grouped(lines.map((line) => parseStatement(line, escape)));

  const buildArgs = options.buildArgs ?? {};
  const globals = new Scope({ state: 'unset', reason: 'no ARG before the first FROM declares it' });
  setPlatformArgs(globals, options.platforms ?? [], buildArgs);
  const globalArgs = head.flatMap((statement) => declareGlobals(statement, globals, { escape, buildArgs }));

  const contexts = contextNames(options.buildContexts ?? {});
  const allStages = new Map(
    groups.flatMap(({ from }, index) => (from.words[2] ? [[from.words[2].toLowerCase(), index]] : [])),
  );
  const context: StageContext = {
    ...{ escape, buildArgs, globals, stageCount: groups.length },
    names: { stages: allStages, contexts },
  };

  const reader = new DockerfileReader(context);
  groups.forEach((group) => reader.readStage(group));
  return { stages: reader.stages, globalArgs, directives, unresolved: reader.unresolved };
}

interface StageText {
  readonly from: Statement;
  readonly body: readonly Statement[];
}

function grouped(statements: readonly Statement[]): { head: Statement[]; stages: StageText[] } {
  const head: Statement[] = [];
  const stages: { from: Statement; body: Statement[] }[] = [];
  for (const statement of statements) {
    if (statement.keyword === 'FROM') stages.push({ from: statement, body: [] });
    else if (stages.length > 0) stages.at(-1)!.body.push(statement);
    else if (statement.keyword === 'ARG') head.push(statement);
    else {
      const { line, text, keyword } = statement;
      throw syntaxError({
        line,
        text,
        problem: `${keyword} stands before the first FROM`,
        hint: 'Put a FROM above it.',
      });
    }
  }
  if (stages.length === 0) {
    const last = statements.at(-1);
    const found = { line: last?.line ?? 1, text: last?.text ?? 'no instruction at all' };
    throw syntaxError({
      ...found,
      problem: 'the file has no FROM, so there is nothing to build',
      hint: 'Add FROM <image>.',
    });
  }
  return { head, stages };
}

class DockerfileReader {
  readonly stages: Stage[] = [];
  readonly unresolved: Unresolved[] = [];
  readonly #context: StageContext;
  readonly #scopes: Scope[] = [];
  /** ONBUILD instructions by stage. */
  readonly #triggers: Statement[][] = [];
  /** Names of the stages so far; a later one of the same name hides the earlier. */
  readonly #earlier = new Map<string, number>();
  #triggered = 0;

  constructor(context: StageContext) {
    this.#context = context;
  }

  readStage({ from, body }: StageText): void {
    const index = this.stages.length;
    const head = this.#head(from, index);
    const parent = head.base.kind === 'stage' ? head.base.stage : undefined;
    const missing = head.base.kind === 'scratch' ? NOT_THERE : MAYBE_OF_BASE;
    const scope = parent === undefined ? new Scope(missing) : this.#scopes[parent]!.child();
    const reader = new StageReader(index, scope, this.#context);
    if (head.base.kind === 'unresolved') reader.report(from.line, head.base.text, head.base.reason);
    this.#fire(parent, reader);
    for (const statement of body) reader.read(statement, false);

    this.#scopes.push(reader.scope);
    this.#triggers.push(body.filter(({ keyword }) => keyword === 'ONBUILD'));
    if (head.name !== undefined) this.#earlier.set(head.name, index);
    this.stages.push({ ...head, instructions: reader.instructions, args: reader.args });
    this.unresolved.push(...(head.replaced ? [] : reader.unresolved));
  }

  #head(from: Statement, index: number): StageHead {
    const [base, , as] = from.words as [string, string?, string?];
    const { globals, names, escape } = this.#context;
    const platform = from.flags.text('platform');
    const name = as?.toLowerCase();
    const expanded = expandWord(base, (used) => globals.get(used), escape);
    if (!expanded.ok && expanded.problem === 'syntax') {
      throw syntaxError({ line: from.line, text: from.text, problem: `FROM ${base}: ${expanded.reason}` });
    }
    const ofPlatform = expandWord(platform ?? '', (used) => globals.get(used), escape);
    const common = {
      ...{ index, name, line: from.line, platform },
      consumes: [...new Set([...expanded.names, ...ofPlatform.names])].filter((used) => globals.isArg(used)),
    };
    const replacing =
      name === undefined || name === 'scratch' || name === 'context' ? undefined : names.contexts.get(name);
    if (replacing !== undefined) {
      return { ...common, base: { kind: 'context', name: replacing, text: base }, replaced: true };
    }
    const ref = expanded.ok
      ? resolveBase(base, expanded.text, { stages: this.#earlier, contexts: names.contexts })
      : { kind: 'unresolved' as const, text: base, reason: expanded.reason };
    return { ...common, base: ref, replaced: false };
  }

  /** The triggers of a local stage run first in each stage built from it; grandchildren get none. */
  #fire(parent: number | undefined, reader: StageReader): void {
    for (const trigger of parent === undefined ? [] : this.#triggers[parent]!) {
      this.#triggered += 1;
      if (this.#triggered > MAX_TRIGGERED) {
        if (this.#triggered === MAX_TRIGGERED + 1)
          reader.report(trigger.line, trigger.text, 'too many ONBUILD triggers');
        return;
      }
      try {
        reader.read(parseStatement({ ...trigger, text: trigger.rest }, this.#context.escape), true);
      } catch (error) {
        // BuildKit parses a trigger only where a stage that is built fires it.
        if (!(error instanceof DockerCacheError)) throw error;
        reader.report(trigger.line, trigger.text, error.message);
      }
    }
  }
}

const NOT_THERE = { state: 'unset', reason: 'nothing declares it' } as const;
const MAYBE_OF_BASE = {
  state: 'unknown',
  reason: 'nothing declares it here; the base image may set it',
} as const;
