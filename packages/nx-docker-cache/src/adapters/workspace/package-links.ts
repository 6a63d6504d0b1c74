import { satisfies } from 'semver';
import type { ProjectDependency } from '../../model/survey';
import { posix } from 'node:path';
import type { Manifest } from './manifest';
import type { Override } from './overrides';

export interface LinkRules {
  /** Does a plain version range take the workspace's own package? pnpm asks the registry unless it is told. */
  readonly ranges: boolean;
  /** What the root says that dependencies are. */
  readonly overrides: readonly Override[];
}

/** A package of the workspace: its manifest, and what the project is called. */
export interface Package {
  readonly project: string;
  readonly manifest: Manifest;
}

/** After `workspace:` a range may stand as well, and without any word the name of a tag. */
const FOLDER = /^(?:(?:workspace:)?(\.{1,2}(?:\/.*)?)|(?:file|link|portal):([^/~].*))$/;

/**
 * What the packages need of each other. A dependency counts where the package manager takes it from the workspace: a
 * published package of the same name is none of it. Where two packages go by one name, either may be meant; where an
 * override may be for others only, what it says counts beside what the package asks for.
 *
 * @returns by the project's name
 */
export function packageLinks(
  packages: readonly Package[],
  rules: LinkRules,
): ReadonlyMap<string, readonly ProjectDependency[]> {
  const byName = new Map<string, Package[]>();
  for (const one of packages) {
    const { name } = one.manifest;
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  const byRoot = new Map(packages.map((one) => [one.manifest.root, one]));
  const links = new Map<string, Map<string, ProjectDependency>>();
  for (const { project, manifest } of packages) {
    const found = links.get(project) ?? new Map<string, ProjectDependency>();
    links.set(project, found);
    for (const [kind, wanted] of wantedBy(manifest)) {
      for (const [name, range] of Object.entries(wanted)) {
        const index = { byName, byRoot };
        const instead = rules.overrides
          .filter((override) => override.name === name)
          .flatMap((override) => linked(name, override.range, ROOT, index, rules));
        for (const { project: to } of [...linked(name, range, manifest, index, rules), ...instead])
          if (to !== project && !found.has(to)) found.set(to, { to, kind });
      }
    }
  }
  return new Map([...links].map(([project, found]) => [project, [...found.values()]]));
}

/** Folders that packages name in their dependencies, relative to the workspace root. */
export function linkedFolders(manifests: readonly Manifest[]): ReadonlySet<string> {
  return new Set(
    manifests.flatMap((manifest) =>
      wantedBy(manifest).flatMap(([, wanted]) =>
        Object.values(wanted).flatMap((range) => folderIn(range, manifest) ?? []),
      ),
    ),
  );
}

function folderIn(range: string, { root }: Pick<Manifest, 'root'>): string | undefined {
  const [, written, named] = FOLDER.exec(range) ?? [];
  const folder = written ?? named;
  return folder === undefined ? undefined : posix.join(root, folder).replace(/(.)\/$/, '$1');
}

/** What is needed to run comes first, so that it wins over the same package among the others. */
function wantedBy(manifest: Manifest): [ProjectDependency['kind'], Readonly<Record<string, string>>][] {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = manifest;
  return [
    ['runtime', { ...peerDependencies, ...optionalDependencies, ...dependencies }],
    ['development', devDependencies ?? {}],
  ];
}

interface Index {
  readonly byName: ReadonlyMap<string, readonly Package[]>;
  readonly byRoot: ReadonlyMap<string, Package>;
}

/** Where overrides stand. */
const ROOT = { root: '.' };

function linked(
  name: string,
  range: string,
  from: Pick<Manifest, 'root'>,
  { byName, byRoot }: Index,
  { ranges }: LinkRules,
): readonly Package[] {
  const folder = folderIn(range, from);
  if (folder !== undefined) return [byRoot.get(folder) ?? []].flat();
  if (range.startsWith('workspace:')) {
    // `workspace:name@range` is an alias.
    const alias = /^workspace:(.+)@[^@/]*$/.exec(range)?.[1];
    return byName.get(alias ?? name) ?? [];
  }
  // Which range the catalog has is not looked up: one that the workspace's own package does not fit is rare.
  const isCatalog = range.startsWith('catalog:');
  if (!ranges || (/^[a-z+]+:/i.test(range) && !isCatalog)) return [];
  const everything = range === '*' || range === '' || range === 'latest' || isCatalog;
  const named = byName.get(name) ?? [];
  return named.filter(({ manifest }) => everything || satisfies(manifest.version ?? '0.0.0', range));
}
