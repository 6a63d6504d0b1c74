import { isInside, literalPart } from './paths';
import type { Project, ProjectLookup, WrittenTarget } from './project';

/** A path that a task writes, and which. */
export interface Output {
  /** Relative to the workspace root; the context's folder and the COPY's source together. */
  readonly path: string;
  readonly project: Project;
  readonly target: string;
}

/** Folders that tasks write into. */
const OUTPUT_FOLDER = /^(?:dist|build|out|\.next|\.output|\.nuxt|\.svelte-kit|target|bin|publish)$/;
/** Tasks write them and nothing else does; people keep sources in the others as well. */
const SURE = /^(?:dist|\.next|\.output|\.nuxt|\.svelte-kit)$/;

/**
 * Whose output a path is; undefined for a source. A path that a target of a project names as its own comes first,
 * then the habits: `dist/apps/api` and `apps/api/dist` are written by `build` of `apps/api`.
 *
 * @param isSource may the path hold sources, as far as the workspace tells?
 */
export function outputAt(
  path: string,
  project: Project,
  projects: ProjectLookup,
  isSource: (path: string) => boolean,
): Output | undefined {
  const place = literalPart(path);
  const owner = ownerOf(place, project, projects);
  const folder = place.split('/').find((segment) => OUTPUT_FOLDER.test(segment));
  const written = [owner, project].map((one) => targetWriting(place, one, folder !== undefined));
  const named = written.find((one) => one !== undefined);
  if (named !== undefined) return { path, ...named };
  if (folder === undefined || (!SURE.test(folder) && isSource(place))) return undefined;
  return { path, project: owner, target: 'build' };
}

/** `dist/apps/api/main.js` mirrors `apps/api`; `apps/api/dist` lies in it. */
function ownerOf(place: string, project: Project, projects: ProjectLookup): Project {
  if (isInside(place, project.root) && project.root !== '.') return project;
  const segments = place.split('/');
  const output = segments.findIndex((segment) => OUTPUT_FOLDER.test(segment));
  for (let end = segments.length; output >= 0 && end > output + 1; end--) {
    const mirrored = projects.at(segments.slice(output + 1, end).join('/'));
    if (mirrored !== undefined) return mirrored;
  }
  // `dist` of the root says nothing of a folder above it.
  const above = output < 0 ? place : segments.slice(0, output).join('/');
  const owner = above === '' ? undefined : projects.ownerOf(`${above}/x`);
  return owner ?? project;
}

/** @param isPartOf true: a target that writes into a part of the place counts as well */
function targetWriting(
  place: string,
  project: Project,
  isPartOf: boolean,
): { project: Project; target: string } | undefined {
  const around = (folder: string): boolean => isPartOf && isInside(folder, place);
  const found = foldersOf(project).find(({ folder }) => isInside(place, folder) || around(folder));
  return found === undefined ? undefined : { project, target: found.target };
}

/** Of each project once: every source of its images asks. */
const known = new WeakMap<Project, readonly { readonly target: string; readonly folder: string }[]>();

function foldersOf(project: Project) {
  let folders = known.get(project);
  if (folders === undefined) {
    const targets = Object.entries(project.targets);
    folders = targets.flatMap(([target, written]) =>
      writtenBy(written, project).map((folder) => ({ target, folder })),
    );
    known.set(project, folders);
  }
  return folders;
}

/** What a target says it writes, relative to the workspace root. */
function writtenBy({ outputs, options }: WrittenTarget, { root, name }: Project): string[] {
  const listed: unknown[] = Array.isArray(outputs) ? outputs : [];
  const texts = [...listed, options?.['outputPath']].filter(
    (text): text is string => typeof text === 'string',
  );
  return texts
    .map((text) => text.replaceAll('{projectRoot}', root).replaceAll('{projectName}', name))
    .map((text) => literalPart(text.replace(/^\{workspaceRoot\}\/?/, '').replace(/^\.\//, '')))
    .filter((folder) => folder !== '.' && folder !== '' && !folder.includes('{') && folder !== root);
}
