/** `${{ … }}` of GitHub Actions, by GitHub's own evaluator. https://github.com/actions/languageservices */
import { Module } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type * as Expressions from '@actions/expressions';

export type Contexts = Readonly<Record<string, unknown>>;

let library: typeof Expressions | undefined;

/** The value of a text that is one expression, or holds some. */
export function evaluate(text: string, contexts: Contexts): unknown {
  const whole = /^\$\{\{(.*)\}\}$/s.exec(text.trim());
  if (whole !== null && !whole[1]!.includes('${{')) return valueOf(whole[1]!, contexts);
  return evaluateText(text, contexts);
}

/** A text with its expressions replaced. */
export function evaluateText(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = valueOf(expression, contexts) ?? '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function valueOf(expression: string, contexts: Contexts): unknown {
  const { Lexer, Parser, Evaluator, data } = (library ??= load());
  const { tokens } = new Lexer(expression.trim()).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), []).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as Expressions.data.Dictionary;
  const result = new Evaluator(parsed, context).evaluate();
  const json = JSON.stringify(result, data.replacer) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}

/** An ES module, which the tests' transform does not take. */
function load(): typeof Expressions {
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from '@actions/expressions'", resolveDir: __dirname },
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'error' },
  });
  const path = join(__dirname, 'expressions-bundle.js');
  const module = new Module(path) as Module & { _compile(code: string, path: string): void };
  module._compile(outputFiles[0]!.text, path);
  return module.exports as typeof Expressions;
}
