import { compileSource, contextSources, type Targets } from '../dockerfile';
import { outputAt, type Output } from '../layout/outputs';
import { isInside, isWild, join, literalPart } from '../layout/paths';
import type { Project } from '../layout/project';
import { isWholeWorkspace } from '../layout/root-files';
import type { Source } from '../model/dockerfile';
import type { FileFacts } from '../model/facts';
import type { World } from './world';

/** What a source of the build context means in the workspace. */
export type Meaning =
  /** The whole workspace. */
  | { readonly kind: 'everything' }
  /** What a task writes. */
  | { readonly kind: 'output'; readonly output: Output }
  /** Files of projects: of one, or of all below a folder. */
  | { readonly kind: 'projects'; readonly projects: readonly Project[]; readonly broad: boolean }
  /** Files that no project owns. */
  | { readonly kind: 'root' }
  /** Nothing, so far; `owner` is the project whose output it looks like. */
  | { readonly kind: 'synthetic'; readonly owner: Project | undefined }
  /** It cannot be known, or lies outside the workspace. */
  | { readonly kind: 'unknown' };

export interface Placement {
  readonly source: Source;
  /** Relative to the workspace root; `.` for all of it. */
  readonly place: string;
  readonly meaning: Meaning;
}

/** What the built stages read of the context, and what it is. */
export function placements(files: FileFacts, targets: Targets, project: Project, world: World): Placement[] {
  return contextSources(files.parsed, targets).map((source) => {
    const place = join(files.context, source.path);
    return { source, place, meaning: meaningOf(source, place, files.context, project, world) };
  });
}

function meaningOf(source: Source, place: string, context: string, project: Project, world: World): Meaning {
  if (source.kind === 'unresolved' || place.startsWith('..') || place.startsWith('/'))
    return { kind: 'unknown' };
  if (isWholeWorkspace(source, context)) return { kind: 'everything' };
  const output = source.path === '.' ? undefined : outputAt(place, project, world.projects, world.isSource);
  // Habits name a `build` that the project may not have.
  if (output !== undefined && Object.hasOwn(output.project.targets, output.target))
    return { kind: 'output', output };
  if (!isThere(source, context, world)) return { kind: 'synthetic', owner: output?.project };
  const folder = literalPart(place);
  const touched = folder === '.' ? [] : world.projects.touching(folder);
  if (touched.length > 0) {
    const broad = touched.length > 1 || !isInside(folder, touched[0]!.root);
    return { kind: 'projects', projects: touched, broad };
  }
  // A project of the root owns what lies in no other; without one these are the workspace's own.
  return project.root === '.' || isInside(folder, project.root)
    ? { kind: 'projects', projects: [project], broad: false }
    : { kind: 'root' };
}

/** Is there a file that the source takes? Of a pattern the first segment with a wildcard decides. */
function isThere({ path, kind }: Source, context: string, { tree, list }: World): boolean {
  if (kind === 'path') return tree.kind(join(context, path)) !== undefined;
  const segments = path.split('/');
  const wild = segments.findIndex((segment) => isWild(segment) || segment.includes('\\'));
  const [folder, pattern] = [segments.slice(0, wild).join('/') || '.', segments[wild]!];
  if (pattern === '**') return tree.kind(join(context, folder)) !== undefined;
  const matches = compileSource({ path: pattern, kind: 'glob', parents: false, exclude: [] });
  const rest = segments.slice(wild + 1);
  return list(join(context, folder)).some((name) => {
    // Below that: as far as names go.
    if (!matches(name)) return false;
    const literal = rest.findIndex((segment) => isWild(segment));
    const below = (literal < 0 ? rest : rest.slice(0, literal)).join('/');
    return below === '' || tree.kind(join(join(context, folder), `${name}/${below}`)) !== undefined;
  });
}
