import { posix } from 'node:path';
import { DockerCacheError, suggest } from '../../errors';
import type { ConfigFile } from '../../options';
import { CONFIG_FILE } from './root';

export interface PlainProject {
  readonly name: string;
  /** Relative to the workspace root. */
  readonly root: string;
}

/** A folder that the package manager's patterns name. */
export interface PackageFolder extends PlainProject {
  /** false: its package.json has no name, so it goes by its folder's. */
  readonly named: boolean;
}

export interface Packages {
  readonly folders: readonly PackageFolder[];
  /** The root's own name: options may be written for it, a project or not. */
  readonly rootName: string;
  /** Folders that packages name in their dependencies. */
  readonly linked: ReadonlySet<string>;
  readonly isFolder: (path: string) => boolean;
  readonly hasBuild: (project: PlainProject) => boolean;
}

/**
 * The projects that the configuration names, and the packages. One without a name, such as the package.json that a
 * compiler writes, is a project where it is built or another one needs its folder.
 * @throws DockerCacheError INVALID_CONFIG
 */
export function plainProjects(config: ConfigFile, packages: Packages): PlainProject[] {
  const configured = Object.entries(config.projects ?? {}).flatMap(([name, { root }]) =>
    root === undefined ? [] : [{ name, root: posix.normalize(root).replace(/(?<=.)\/$/, '') }],
  );
  const known = new Set(configured.map(({ root }) => root));
  const others = packages.folders
    .filter(({ root }) => !known.has(root))
    .filter((one) => one.named || packages.linked.has(one.root) || packages.hasBuild(one))
    .map(({ name, root }): PlainProject => ({ name, root }));
  const projects = [...configured, ...others];
  refuseUnknown(config, projects, packages);
  refuseTwins(projects, packages.hasBuild);
  return projects;
}

/** Options of nobody: the project that was meant would be built without them. */
function refuseUnknown(
  { projects: entries = {} }: ConfigFile,
  projects: readonly PlainProject[],
  { rootName, folders, isFolder }: Packages,
): void {
  const names = [...projects.map(({ name }) => name), rootName];
  const wrong = Object.entries(entries).flatMap(([name, { root }]) => {
    if (root === undefined)
      return names.includes(name) ? [] : [{ found: JSON.stringify(name), near: suggest(name, names) }];
    if (isFolder(root)) return [];
    const near = suggest(
      posix.normalize(root),
      folders.map((one) => one.root),
    );
    return [{ found: `${JSON.stringify(name)} with the root ${root}, which is no folder`, near }];
  });
  const near = wrong.flatMap((one) => one.near ?? []);
  if (wrong.length === 0) return;
  throw new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: `${CONFIG_FILE} has options of what is no project of the workspace`,
    expected: 'in `projects` the names of packages, and for other folders a `root`',
    found: wrong.map(({ found }) => found).join(', '),
    hint:
      near.length > 0
        ? `Did you mean ${near.join(', ')}?`
        : 'Correct the name, or give the folder: "projects": { "<name>": { "root": "<folder>" } }.',
  });
}

/**
 * A package without a name goes by its folder's, and there may be two such folders; the configuration may give a folder
 * the name of a package elsewhere. Where none of them is built, nothing is mistaken for the other.
 */
function refuseTwins(projects: readonly PlainProject[], hasBuild: Packages['hasBuild']): void {
  for (const name of new Set(projects.map((project) => project.name))) {
    const twins = projects.filter((project) => project.name === name);
    if (twins.length < 2 || !twins.some(hasBuild)) continue;
    const roots = twins.map(({ root }) => root);
    throw new DockerCacheError({
      code: 'INVALID_CONFIG',
      message: `two projects of the workspace are called ${name}`,
      expected: `a name of its own for each: of package.json, else the folder's, or the one that ${CONFIG_FILE} gives its folder`,
      found: roots.join(' and '),
      hint: `Give them other names, or name one in ${CONFIG_FILE}: "projects": { "<name>": { "root": "${roots.at(-1)}" } }.`,
    });
  }
}
