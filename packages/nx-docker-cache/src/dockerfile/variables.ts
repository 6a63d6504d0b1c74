import type { ArgDeclaration, EnvAssignment } from '../model/dockerfile';
import { expandWord } from './expand';
import type { Scope, Variable } from './scope';
import type { Statement } from './statement';
import { syntaxError } from './syntax-error';

export interface VariableOptions {
  readonly escape: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** ARG before the first FROM: what later ARGs and every FROM see. */
export function declareGlobals(
  statement: Statement,
  globals: Scope,
  options: VariableOptions,
): ArgDeclaration[] {
  return declarations(statement).map(({ name, value }) => {
    const given = buildArg(options, name);
    let uses: readonly string[] = [];
    let variable: Variable = { state: 'unset', reason: noValue(name) };
    if (given !== undefined) variable = { state: 'set', value: given };
    else if (value !== undefined) {
      const expanded = expandWord(value, (used) => globals.get(used), options.escape);
      if (!expanded.ok && expanded.problem === 'syntax') {
        throw syntaxError({
          line: statement.line,
          text: statement.text,
          problem: `ARG ${name}: ${expanded.reason}`,
        });
      }
      uses = [...expanded.names].filter((used) => used !== name);
      variable = expanded.ok
        ? { state: 'set', value: expanded.text }
        : { state: 'unknown', reason: expanded.reason };
      // `ARG A=${A}-x` goes on from the A before it.
    } else if (globals.entry(name) !== undefined) variable = globals.get(name);
    globals.set(name, variable, true);
    return { name, defaultValue: value, uses, line: statement.line };
  });
}

/** ARG inside a stage: a build arg, else the default, else the global of that name, else nothing changes. */
export function declareArgs(
  statement: Statement,
  scope: Scope,
  globals: Scope,
  options: VariableOptions,
): ArgDeclaration[] {
  return declarations(statement).map(({ name, value }) => {
    const given = buildArg(options, name);
    let uses: readonly string[] = [];
    if (given !== undefined) scope.set(name, { state: 'set', value: given }, true);
    else if (value !== undefined) {
      const expanded = expandWord(value, (used) => scope.get(used), options.escape);
      uses = [...expanded.names].filter((used) => used !== name && scope.isArg(used));
      scope.set(
        name,
        expanded.ok ? { state: 'set', value: expanded.text } : { state: 'unknown', reason: expanded.reason },
        true,
      );
    } else {
      const global = globals.entry(name);
      if (global !== undefined && global.variable.state !== 'unset') scope.set(name, global.variable, true);
      else if (scope.get(name).state !== 'set')
        scope.set(name, { state: 'unset', reason: noValue(name) }, true);
    }
    return { name, defaultValue: value, uses, line: statement.line };
  });
}

/** ENV: every value of one instruction sees the variables as they were before it. */
export function assignEnv(statement: Statement, scope: Scope, options: VariableOptions): EnvAssignment[] {
  const assigned = pairs(statement).map(({ name, value }): [string, Variable] => {
    const key = expandWord(name, (used) => scope.get(used), options.escape);
    const expanded = expandWord(value, (used) => scope.get(used), options.escape);
    const variable: Variable = expanded.ok
      ? { state: 'set', value: expanded.text }
      : { state: 'unknown', reason: `ENV ${name}: ${expanded.reason}` };
    return [key.ok ? key.text : name, variable];
  });
  for (const [name, variable] of assigned) scope.set(name, variable, false);
  return assigned.map(([name, variable]) => ({
    name,
    value: variable.state === 'set' ? variable.value : undefined,
    line: statement.line,
  }));
}

function declarations(statement: Statement): { name: string; value: string | undefined }[] {
  return statement.words.map((word) => {
    const equals = word.indexOf('=');
    return equals < 0
      ? { name: word, value: undefined }
      : { name: word.slice(0, equals), value: word.slice(equals + 1) };
  });
}

function pairs(statement: Statement): { name: string; value: string }[] {
  if (statement.words[0]?.includes('=') === true) {
    return declarations(statement).map(({ name, value }) => ({ name, value: value ?? '' }));
  }
  // `ENV name the rest of the line`
  const blank = statement.rest.search(/[\t\v\f\r ]/);
  return [
    { name: statement.rest.slice(0, blank), value: statement.rest.slice(blank).replace(/^[\t\v\f\r ]+/, '') },
  ];
}

function buildArg({ buildArgs }: VariableOptions, name: string): string | undefined {
  return Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined;
}

function noValue(name: string): string {
  return `ARG ${name} has no default and no build arg gives it a value`;
}
