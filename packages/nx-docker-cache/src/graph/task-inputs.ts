import { posix } from 'node:path';
import { isGitIgnored, parseGitignore } from '../layout/gitignore';
import type { Sources, Tree } from '../layout/git-sources';
import { readPlatforms } from '../options/platform';
import { parseEnvFile } from '../plan/env-file';
import type { ImageBuild } from './builds';
import type { GraphTask } from './tasks';

/** One entry of a target's `inputs`. */
export type TaskInput = string | { readonly env: string } | { readonly runtime: string };

/** What rules there are beside .gitignore, for all of the workspace. */
const OTHER_RULES = ['.nxignore', '.git/info/exclude'];

/**
 * What a task reads beside its stage: variables of the machine, env files, and the names alone in them.
 * @returns undefined where a file is none that Nx hashes: it passes over what git or .nxignore leaves out, and a file
 * that is not there yet may be one of these
 */
export function environmentInputs(
  { options }: GraphTask,
  projectRoot: string,
  { disk, sources }: { readonly disk: Tree; readonly sources: Sources },
): TaskInput[] | undefined {
  const files = envFilesOf(options, projectRoot);
  const names = namesInOptions(options);
  // Outside of the workspace.
  if (files.some((path) => posix.isAbsolute(path) || path.startsWith('..'))) return undefined;
  for (const path of files) {
    const text = disk.readText(path);
    const unhashed = OTHER_RULES.some((rules) =>
      isGitIgnored(parseGitignore(disk.readText(rules) ?? ''), path),
    );
    if (text === undefined || unhashed || !sources.isSource(path)) return undefined;
    const alone = namesInFile(path, text);
    if (alone === undefined) return undefined;
    names.push(...alone);
  }
  return [...[...new Set(names)].map((env) => ({ env })), ...files.map((file) => `{workspaceRoot}/${file}`)];
}

/** The key of an image for several platforms is that of all, and a task runs in the one of its machine. */
export function machineInputs({ options }: Pick<ImageBuild, 'options'>): TaskInput[] {
  return readPlatforms(options.platforms).length > 1 ? [{ runtime: 'node -p process.arch' }] : [];
}

/** Relative to the workspace root. */
export function envFilesOf(options: GraphTask['options'], projectRoot: string): string[] {
  return [options['envFile'] ?? []]
    .flat()
    .filter((file) => typeof file === 'string')
    .map((file) => posix.normalize(file.replaceAll('{projectRoot}', projectRoot)));
}

/** Names of variables whose values come from the machine. */
function namesInOptions(options: GraphTask['options']): string[] {
  const services = Object.values(record(options['services'])).map((service) => record(service)['env']);
  return [options['env'], ...services].flatMap(namesOf);
}

function namesOf(env: unknown): string[] {
  if (Array.isArray(env))
    return env.filter((entry) => typeof entry === 'string' && !entry.includes('=')) as string[];
  return Object.entries(record(env)).flatMap(([name, value]) => (value === null ? [name] : []));
}

/** undefined where the executor refuses the file. */
function namesInFile(path: string, text: string): string[] | undefined {
  try {
    return parseEnvFile({ path, text }).flatMap(([name, value]) => (value === undefined ? [name] : []));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
