import { posix } from 'node:path';
import type { Tree } from '../layout/git-sources';
import { parseJsonObject, type Json } from '../layout/json';
import type { Project, WrittenTarget } from '../layout/project';

/** Keys of a project.json. One that has none of them is something else of that name, for instance translations. */
const PROJECT_KEYS = new Set([
  ...['$schema', 'name', 'root', 'sourceRoot', 'projectType', 'targets', 'tags', 'implicitDependencies'],
  ...['namedInputs', 'generators', 'metadata', 'release', '// targets'],
]);

/** The content of a project.json; undefined where it is broken or none. */
export function readProjectJson(disk: Tree, root: string): Json | undefined {
  const json = readJson(disk, posix.join(root, 'project.json'));
  if (json === undefined) return undefined;
  const keys = Object.keys(json);
  const known = keys.length === 0 || keys.some((key) => PROJECT_KEYS.has(key));
  return known && (json['name'] === undefined || typeof json['name'] === 'string') ? json : undefined;
}

/** Both descriptions of a project's folder as one: the name as Nx finds it, the targets of both. */
export function describeProject(
  root: string,
  projectJson: Json | undefined,
  packageJson: Json | undefined,
): Project {
  const nx = record(packageJson?.['nx']);
  const name =
    text(projectJson?.['name']) ?? text(nx['name']) ?? text(packageJson?.['name']) ?? folderName(root);
  const targets = { ...targetsOf(nx), ...targetsOf(projectJson ?? {}) };
  const file = posix.join(root, projectJson === undefined ? 'package.json' : 'project.json');
  return { root, name, file, targets };
}

/** A JSON object, comments and trailing commas allowed; undefined where there is none. */
export function readJson(disk: Tree, path: string): Json | undefined {
  const content = disk.readText(path);
  return content === undefined ? undefined : parseJsonObject(content);
}

function folderName(root: string): string {
  return posix.basename(root).toLowerCase();
}

function targetsOf(json: Json): Record<string, WrittenTarget> {
  const entries = Object.entries(record(json['targets'])).filter(
    ([, target]) => typeof target === 'object' && target,
  );
  return Object.fromEntries(entries) as Record<string, WrittenTarget>;
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
