import type { z } from 'zod';
import { DockerCacheError, suggest } from '../errors';

/** One thing that is wrong with an input: where it is, and what was expected and found. */
export interface Problem {
  readonly path: string;
  readonly message: string;
}

/** Names of other tools for the same option, so that a newcomer's guess is answered with ours. */
const ALIASES: Readonly<Record<string, string>> = {
  file: 'dockerfile',
  'build-arg': 'buildArgs',
  buildArg: 'buildArgs',
  args: 'buildArgs',
  tag: 'tags',
  platform: 'platforms',
  secret: 'secrets',
  label: 'labels',
  'cache-from': 'cache.from',
  cacheFrom: 'cache.from',
  'cache-to': 'cache.to',
  cacheTo: 'cache.to',
  'add-host': 'addHosts',
  ulimit: 'ulimits',
  outputs: 'load and push',
  output: 'load and push',
  engine: 'builder',
  images: 'image',
};

type Issue = z.core.$ZodIssue;

/** zod's issues as problems; unknown keys get a suggestion from `known`. */
export function toProblems(error: z.ZodError, input: unknown, known: readonly string[]): Problem[] {
  return error.issues.flatMap((issue) => fromIssue(issue, [], input, known));
}

/** @param above path of the union that the issue is in */
function fromIssue(issue: Issue, above: PropertyKey[], input: unknown, known: readonly string[]): Problem[] {
  const full = [...above, ...issue.path];
  const path = full.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    // Names of other tools stand where options do, and not inside one.
    const isOptions = !known.includes(String(full.at(-1) ?? '')) && typeof full.at(-1) !== 'number';
    return issue.keys.map((key) => {
      const near = (isOptions ? ALIASES[key] : undefined) ?? suggest(key, known);
      return {
        path: path === '' ? key : `${path}.${key}`,
        message: `unknown option${near === undefined ? '' : `; did you mean ${near}?`}`,
      };
    });
  }
  const branch = issue.code === 'invalid_union' ? closest(issue.errors) : undefined;
  if (branch !== undefined) return branch.flatMap((inner) => fromIssue(inner, full, input, known));
  return [{ path, message: `${issue.message}; found ${show(valueAt(input, full))}` }];
}

/** Of the forms that an option may have, the one that was meant: whose problems lie inside the value. */
function closest(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  return branches.find((issues) =>
    issues.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
}

/** All problems of one input as one error. `where` says whose input it is, for instance `target api:docker-build`. */
export function invalidOptions(where: string, problems: readonly Problem[]): DockerCacheError {
  return new DockerCacheError({
    code: 'INVALID_OPTIONS',
    message: `${problems.length === 1 ? 'an option is' : `${problems.length} options are`} wrong in ${where}`,
    expected: 'the options that README.md lists',
    found: problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('\n'),
    hint: 'Correct them and run again; nothing was built.',
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** Values can be secrets by mistake, so only short scalars are shown. */
function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value.length > 60 ? 'a long text' : JSON.stringify(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}
