import type { Tree } from '@nx/devkit';
import { posix } from 'node:path';
import { devkit } from '../../devkit';
import { jsonAt, record, text, texts, type Json } from './json';
import { isInside, join } from './paths';

/** What `nx build` makes of a project. */
export interface BuildOutput {
  /** Relative to the workspace root. */
  readonly folder: string;
  /** File that starts the program, relative to the workspace root. */
  readonly main: string;
  /** true where the folder gets a package.json and a lockfile of just what the program needs. */
  readonly hasManifest: boolean;
}

export interface BuildQuestion {
  readonly tree: Tree;
  readonly name: string;
  readonly root: string;
  /** The target `build`, as complete as it is known. */
  readonly target: Json;
  /** package.json of the project. */
  readonly manifest: Json | undefined;
}

/** Where a project's build writes and what in it is run; undefined where nothing tells the folder. */
export function buildOutputOf(question: BuildQuestion): BuildOutput | undefined {
  const folder = folderOf(question);
  if (folder === undefined) return undefined;
  const { generatePackageJson } = record(question.target['options']);
  return { folder, main: mainOf(question, folder), hasManifest: generatePackageJson === true };
}

function folderOf({ tree, name, root, target, manifest }: BuildQuestion): string | undefined {
  const options = record(target['options']);
  const { outputPath } = options;
  const defaults = record(record(devkit().readNxJson(tree)?.targetDefaults)['build']);
  const listed = [...texts(target['outputs']), ...texts(defaults['outputs'])];
  const started = [startedFile(manifest), text(manifest?.['main'])].map((file) => firstFolder(file));
  const written = [
    text(outputPath) ?? text(record(outputPath)['base']),
    ...listed.map((output) =>
      output.replace(/\{options\.(\w+)\}/g, (all, key: string) => text(options[key]) ?? all),
    ),
    ...started.map((folder) => (folder === undefined ? undefined : `{projectRoot}/${folder}`)),
    ...['tsconfig.app.json', 'tsconfig.build.json', 'tsconfig.lib.json', 'tsconfig.json'].map((file) => {
      const outDir = text(record(jsonAt(tree, join(root, file))?.['compilerOptions'])['outDir']);
      return outDir === undefined ? undefined : `{projectRoot}/${outDir}`;
    }),
  ];
  return written
    .filter((path) => path !== undefined)
    .map((path) => path.replaceAll('{projectRoot}', root).replaceAll('{projectName}', name))
    .map((path) => posix.normalize(path.replace(/^\{workspaceRoot\}\/?/, '')).replace(/(.)\/$/, '$1'))
    .find((path) => !/[{}*?]/.test(path) && path !== '.' && path !== root && !path.startsWith('..'));
}

function mainOf({ tree, root, target, manifest }: BuildQuestion, folder: string): string {
  const options = record(target['options']);
  const named = [startedFile(manifest), text(manifest?.['main'])]
    .filter((file) => file !== undefined)
    .map((file) => join(root, file))
    .find((file) => isInside(file, folder) && file !== folder);
  if (named !== undefined) return /\.[cm]?js$/.test(named) ? named : `${named}.js`;
  const fileName = text(options['outputFileName']);
  if (fileName !== undefined) return join(folder, fileName);
  const source = text(options['main']) ?? sourceOf(tree, root);
  const compiled = (source ?? 'main.ts').replace(/\.([cm]?)tsx?$/, '.$1js');
  // These two keep the folders below the project, bundlers do not.
  const mirrors = /^@nx\/js:(tsc|swc)$/.test(text(target['executor']) ?? '') && isInside(compiled, root);
  return join(folder, mirrors ? posix.relative(root, compiled) : posix.basename(compiled));
}

/** `node dist/main.js` in the script `start`. */
function startedFile(manifest: Json | undefined): string | undefined {
  const start = text(record(manifest?.['scripts'])['start']) ?? '';
  return /(?:^|\s)node\s+(?:-\S+\s+)*(?:\.\/)?([^\s-]\S*)/.exec(start)?.[1];
}

function firstFolder(file: string | undefined): string | undefined {
  const parts = file?.replace(/^\.\//, '').split('/') ?? [];
  return parts.length > 1 && parts[0] !== 'src' && parts[0] !== '..' ? parts[0] : undefined;
}

const SOURCES = ['main', 'index', 'server', 'app'].flatMap((name) => [
  `src/${name}.ts`,
  `src/${name}.js`,
  `${name}.ts`,
]);

function sourceOf(tree: Tree, root: string): string | undefined {
  return SOURCES.map((file) => join(root, file)).find((file) => tree.exists(file));
}

/** The file that starts a program that needs no build. */
export function plainMain(tree: Tree, root: string, manifest: Json | undefined): string | undefined {
  const named = [startedFile(manifest), text(manifest?.['main'])].filter((file) => file !== undefined);
  const usual = [
    'src/main.js',
    'src/index.js',
    'src/server.js',
    'main.js',
    'index.js',
    'server.js',
    'app.js',
  ];
  const names = [...usual, ...usual.map((file) => file.replace('.js', '.mjs'))];
  return [...named, ...names].map((file) => join(root, file)).find((file) => tree.isFile(file));
}
