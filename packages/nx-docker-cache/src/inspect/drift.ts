import { isInside } from '../layout/paths';
import type { Project } from '../layout/project';
import type { InspectedDrift, InspectedMissing, InspectedSuperfluous } from '../model/inspection';
import type { Placement } from './placement';
import type { World } from './world';

/** What is installed by, or describes, a package: not what it is made of. */
const MANIFEST =
  /(?:^|\/)(?:package[^/]*\.json|project\.json|tsconfig[^/]*\.json|go\.(?:mod|sum)|Cargo\.toml|pyproject\.toml|[^/]+\.csproj)$/;

/** A COPY of files or an output of a project. */
interface Copied {
  readonly project: string;
  readonly path: string;
  readonly line: number;
  /** One of several projects that the COPY names together. */
  readonly broad: boolean;
  readonly manifest: boolean;
  /** What a task has built, bundled perhaps with what it needs. */
  readonly built: boolean;
}

/**
 * Compares a list of COPYs with what the package graph says that the project needs. Only a list that is kept by hand
 * can be wrong: one that copies sources of the project, or anything of other projects.
 */
export function driftOf(
  project: Project,
  context: string,
  placed: readonly Placement[],
  { packages }: World,
): InspectedDrift {
  const skipped = (reason: string): InspectedDrift => ({
    ...{ project: project.name, checked: false, reason, missing: [], superfluous: [] },
  });
  if (project.root !== '.' && isInside(context, project.root))
    return skipped(`the context is ${context}, which holds no other project`);
  const unknown = placed.find(({ source }) => source.kind === 'unresolved');
  if (unknown !== undefined) return skipped(`line ${unknown.source.line} may copy anything`);
  const all = placed.find(({ meaning }) => meaning.kind === 'everything');
  if (all !== undefined)
    return skipped(`line ${all.source.line} copies the whole workspace, so there is no list to keep`);
  const copied = placed.flatMap(copiedBy);
  const others = copied.filter(({ project: name, manifest }) => name !== project.name && !manifest);
  const sources = copied.some((one) => one.project === project.name && !one.manifest && !one.built);
  if (others.length === 0 && !sources)
    return skipped('it copies no sources of projects, so there is no list to keep');
  if (!packages.knows(project.name)) return skipped(`no manifest says what ${project.name} needs`);
  const needed = packages.closure(project.name, false);
  const reason = `compared with ${needed.size} ${needed.size === 1 ? 'project' : 'projects'} that ${project.name} needs`;
  return {
    ...{ project: project.name, checked: true, reason },
    missing: missingOf(needed, copied, (name) => packages.rootOf(name)),
    superfluous: superfluousOf(project, packages.closure(project.name, true), copied),
  };
}

function copiedBy({ place, source: { line, path }, meaning }: Placement): Copied[] {
  const manifest = MANIFEST.test(path);
  if (meaning.kind === 'output')
    return [{ project: meaning.output.project.name, path: place, line, broad: false, manifest, built: true }];
  if (meaning.kind === 'synthetic' && meaning.owner !== undefined)
    return [{ project: meaning.owner.name, path: place, line, broad: false, manifest, built: true }];
  if (meaning.kind !== 'projects') return [];
  return meaning.projects.map(({ name }) => ({
    ...{ project: name, path: place, line, broad: meaning.broad, manifest, built: false },
  }));
}

function missingOf(
  needed: ReadonlyMap<string, readonly string[]>,
  copied: readonly Copied[],
  rootOf: (name: string) => string,
): InspectedMissing[] {
  const line = Math.max(...copied.filter(({ manifest }) => !manifest).map((one) => one.line));
  return [...needed].flatMap(([project, chain]) => {
    const own = copied.filter((one) => one.project === project);
    if (own.some(({ manifest }) => !manifest)) return [];
    return [{ project, root: rootOf(project), chain, manifestOnly: own.length > 0, line }];
  });
}

/** A manifest costs nothing and may be what an install asks for; a folder of many is meant as a whole. */
function superfluousOf(
  project: Project,
  allowed: ReadonlyMap<string, readonly string[]>,
  copied: readonly Copied[],
): InspectedSuperfluous[] {
  return copied
    .filter(
      ({ project: name, broad, manifest }) =>
        !broad && !manifest && name !== project.name && !allowed.has(name),
    )
    .map(({ project: name, path, line }) => ({ project: name, path, line }));
}
