/**
 * What GitHub's own parser of workflows says: unknown keys, expressions that cannot be read, contexts that are not there.
 * https://github.com/actions/languageservices
 */
import { join } from 'node:path';
import { Module } from 'node:module';
import { buildSync } from 'esbuild';

interface Parsed {
  readonly context: { readonly errors: { getErrors(): readonly { readonly message: string }[] } };
}

interface Parser {
  parseWorkflow(file: { name: string; content: string }, trace: unknown): Parsed;
  NoOperationTraceWriter: new () => unknown;
}

let parser: Parser | undefined;

/** Empty where the workflow is right. */
export function workflowErrors(content: string): string[] {
  parser ??= loadParser();
  const parsed = parser.parseWorkflow({ name: 'images.yml', content }, new parser.NoOperationTraceWriter());
  return parsed.context.errors.getErrors().map(({ message }) => message);
}

/** The package is a module that imports JSON, which node 20 does not load as it is written. */
function loadParser(): Parser {
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from '@actions/workflow-parser'", resolveDir: __dirname },
    ...{ bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'error' },
  });
  const path = join(__dirname, 'workflow-parser.js');
  const module = new Module(path) as Module & { _compile(code: string, path: string): void };
  module._compile(outputFiles[0]!.text, path);
  return module.exports as Parser;
}
