import type { TargetConfiguration } from '@nx/devkit';
import { posix } from 'node:path';
import { isWild, join } from '../layout/paths';
import { isWholeWorkspace, ROOT_FILES, ROOT_FOLDERS } from '../layout/root-files';
import { environmentNames } from '../plan/template';
import type { ImageBuild } from './builds';
import type { Tree } from '../layout/git-sources';
import { Filesets } from './filesets';
import { isSayable, mayOverlap, narrowed, type Remaining } from './ignored';
import type { ReadSource } from './summary';

export type Inputs = NonNullable<TargetConfiguration['inputs']>;

export interface InputsQuestion {
  readonly build: ImageBuild;
  /** Relative to the workspace root. */
  readonly context: string;
  /** Other files that were asked for the context: where they change, it may be another one. */
  readonly heard: readonly string[];
  /** Places of the ignore file, relative to the workspace root, up to the first that exists. */
  readonly ignoreFiles: readonly string[];
  /** What it leaves. */
  readonly sent: Remaining;
  /** true where every file below the project's folder is the project's own. */
  readonly ownsFolder: boolean;
  /** Paths of the workspace that other tasks write and this build copies. */
  readonly outputs: ReadonlySet<string>;
  /** Receipts of the builds whose images this one starts from: their digests are what it reads. */
  readonly receipts: readonly string[];
  /** Name of the named input that stands for what a dependency is made of. */
  readonly ofDependencies: 'production' | 'default';
  readonly disk: Tree;
}

/** What the build reads, and nothing else. */
export function inputsOf(question: InputsQuestion): Inputs {
  const { build, context, heard, ignoreFiles, sent, ownsFolder, outputs, disk } = question;
  const projectRoot = build.project.root;
  const sets = new Filesets({ projectRoot, ownsFolder });
  for (const file of [build.dockerfile, ...ignoreFiles, ...heard]) sets.always(file);
  for (const file of build.options.secretFiles) sets.always(posix.normalize(file));

  const { sources } = build.summary;
  const wholeWorkspace = sources.some((source) => isWholeWorkspace(source, context));
  if (wholeWorkspace) addClosure(sets, projectRoot, sent, disk);
  for (const source of sources.filter((one) => !isWholeWorkspace(one, context))) {
    addSource(sets, source, context, sent, outputs, disk);
    for (const pattern of leftOut(source, sources)) sets.never(join(join(context, source.path), pattern));
  }
  for (const path of Object.values(build.options.buildContexts)) addBuildContext(sets, path, disk);
  for (const pattern of sent.never) sets.never(join(context, pattern));

  return [
    ...sets.toInputs(),
    ...(wholeWorkspace ? [`^${question.ofDependencies}`] : []),
    ...[...[...outputs].flatMap(outputGlobs), ...question.receipts].map((glob) => ({
      dependentTasksOutputFiles: glob,
    })),
    ...environmentOf(build).map((env) => ({ env })),
    // Without a word on packages Nx takes all of them: every change of a lockfile would concern every image.
    { externalDependencies: [] },
  ];
}

/** `--exclude` of one instruction, where no other one may read what it leaves out. */
function leftOut(source: ReadSource, sources: readonly ReadSource[]): string[] {
  const patterns = source.exclude.filter(isSayable);
  const isAlone = (): boolean =>
    sources.every((other) => other === source || !mayOverlap(source.path, other.path));
  return patterns.length > 0 && isAlone() ? patterns : [];
}

function addClosure(sets: Filesets, projectRoot: string, sent: Remaining, disk: Tree): void {
  for (const part of narrowed(projectRoot, sent.only)) sets.add(isWild(part) ? part : join(part, '**/*'));
  const there = [
    ...ROOT_FILES.filter((file) => disk.kind(file) === 'file'),
    ...ROOT_FOLDERS.filter((folder) => disk.kind(folder) === 'folder').map((folder) => `${folder}/**/*`),
  ];
  for (const file of there) for (const part of narrowed(file, sent.only)) sets.add(part);
}

function addSource(
  sets: Filesets,
  { path, kind }: ReadSource,
  context: string,
  sent: Remaining,
  outputs: ReadonlySet<string>,
  disk: Tree,
): void {
  // What a variable names is unknown: all of the context may be read.
  const source = kind === 'unresolved' ? '.' : path;
  for (const part of narrowed(source, sent.only)) {
    const place = join(context, part);
    if (outputs.has(place)) continue;
    for (const glob of contentGlobs(place, disk)) sets.add(glob);
  }
}

/** A file as it is, a folder with all that lies in it; both where neither is there yet. */
function contentGlobs(place: string, disk: Tree): string[] {
  if (isWild(place)) return isFilePattern(place) ? [place] : [place, `${place}/**/*`];
  const kind = disk.kind(place);
  if (kind === 'file') return [place];
  return kind === 'folder' ? [join(place, '**/*')] : [place, join(place, '**/*')];
}

/** `package*.json` and `src/**` have nothing below what they match. */
function isFilePattern(glob: string): boolean {
  return /\*\*(\/\*)?$|\.\w+$/.test(glob);
}

/** A named build context is a folder here, or a URL, an image or another target. */
function addBuildContext(sets: Filesets, value: string, disk: Tree): void {
  if (/^[a-z-]+:/i.test(value) || value.startsWith('/')) return;
  const place = posix.normalize(value);
  if (disk.kind(place) === 'folder') sets.add(join(place, '**/*'));
}

/** Outputs are not there when the graph is made, so nothing tells a file from a folder but its name. */
function outputGlobs(path: string): string[] {
  if (isWild(path)) return [path];
  return /\.\w+$/.test(path) ? [path] : [path, `${path}/**/*`];
}

/** The environment that reaches the build: `{env.NAME}` in build args that have an effect. */
function environmentOf({ options, summary }: ImageBuild): string[] {
  const consumed = Object.entries(options.buildArgs).filter(([name]) => summary.args.includes(name));
  return [...new Set(consumed.flatMap(([, value]) => environmentNames(value)))].sort();
}
