import { posix } from 'node:path';
import { compileSource, contextSources, ignoreFileCandidates, isIgnored, parseIgnore } from '../dockerfile';
import type { BuildFacts } from '../inspect';
import { isInside } from '../layout/paths';
import type { Source } from '../model/dockerfile';
import type { FileFacts } from '../model/facts';
import type { ChangedDisk } from './facts';
import { ownCause, type Owners } from './owner';
import type { Cause, Reasons } from './reasons';

export interface SourceQuestion extends Owners {
  readonly files: FileFacts;
  readonly targets: BuildFacts['targets'];
  readonly changed: readonly string[];
  readonly disk: ChangedDisk;
}

/** Which changed files the instructions of a build read, and the Dockerfile and its ignore file. */
export function addSources(question: SourceQuestion, reasons: Reasons): void {
  const { files, changed } = question;
  const ignoreFiles = effectiveIgnoreFiles(files);
  const sources = contextSources(files.parsed, question.targets).map((source) => ({
    source,
    reads: matcherOf(source, question),
  }));
  const rules = parseIgnore(files.ignore.text);
  for (const path of changed) {
    if (path === files.dockerfile) reasons.add(plain('dockerfile', 'its Dockerfile'), path);
    if (ignoreFiles.includes(path)) reasons.add(plain('ignore', 'its ignore file'), path);
    const inContext = posix.relative(files.context, path);
    if (inContext === '' || inContext.startsWith('..') || isIgnored(rules, inContext)) continue;
    for (const { source, reads } of sources) {
      const read = reads(inContext);
      if (read !== undefined) reasons.add(causeOf(read, source, path, question), path);
    }
  }
}

/** Of the places for an ignore file the first that has one counts, so what comes after it does not. */
function effectiveIgnoreFiles({ dockerfile, context, ignore }: FileFacts): string[] {
  const candidates = ignoreFileCandidates(dockerfile, context);
  const index = ignore.file === undefined ? -1 : candidates.indexOf(ignore.file);
  return index < 0 ? [...candidates] : candidates.slice(0, index + 1);
}

type Read = 'certain' | 'unresolved' | undefined;

/** How far a source reads a path of the context. */
function matcherOf(source: Source, { files, disk }: SourceQuestion): (path: string) => Read {
  const there = (path: string): string => posix.join(files.context, path);
  if (source.kind === 'unresolved') return () => 'unresolved';
  if (source.kind !== 'path' && source.kind !== 'glob') return () => undefined;
  const literal = literalRoot(source);
  // What a link leads to is read from there, and the path does not say where that is.
  if (literal !== '.' && disk.leadsThroughLink(there(literal))) return () => 'unresolved';
  if (source.kind === 'glob' && takesLink(source.path, files.context, disk)) return () => 'unresolved';
  const matches = compileSource(source);
  return (path) => {
    if (matches(path)) return 'certain';
    // A submodule is one path to git, whatever changed in it.
    const within = disk.kind(there(path)) === 'folder' && isInside(literal, path);
    return within ? 'certain' : undefined;
  };
}

/** Does a pattern match a link, or something below one? A link inside of a folder that it matches is copied as a link. */
function takesLink(pattern: string, context: string, disk: ChangedDisk): boolean {
  let folders = [context];
  for (const segment of pattern.split('/')) {
    const matches = compileSource({ path: segment, kind: 'glob', parents: false, exclude: [] });
    const found = folders.flatMap((folder) =>
      disk
        .entries(folder)
        .filter(({ name }) => matches(name))
        .map(({ name, kind }) => ({ path: posix.join(folder, name), kind })),
    );
    if (found.some(({ kind }) => kind === 'link')) return true;
    folders = found.flatMap(({ path, kind }) => (kind === 'folder' ? [path] : []));
  }
  return false;
}

function literalRoot({ kind, path }: Source): string {
  if (kind === 'path') return path;
  const segments = path.split('/');
  const wild = segments.findIndex((segment) => /[*?[\\]/.test(segment));
  return segments.slice(0, wild < 0 ? segments.length : wild).join('/') || '.';
}

function causeOf(
  read: Exclude<Read, undefined>,
  { line, via, path: written }: Source,
  path: string,
  owners: SourceQuestion,
): Cause {
  const at = `${via === 'bind' ? 'a mount' : via} at line ${line}`;
  if (read === 'unresolved')
    return { kind: 'unresolved', line, project: undefined, text: `${at} may read it: ${written}` };
  return ownCause(path, at, line, owners);
}

function plain(kind: Cause['kind'], text: string): Cause {
  return { kind, line: undefined, project: undefined, text };
}
