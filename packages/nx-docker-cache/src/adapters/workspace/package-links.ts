import { satisfies } from 'semver';
import type { ProjectDependency } from '../../model/survey';
import { posix } from 'node:path';
import type { Manifest } from './manifest';

export interface LinkRules {
  /** Does a plain version range take the workspace's own package? pnpm asks the registry unless it is told. */
  readonly ranges: boolean;
}

/** A package of the workspace: its manifest, and what the project is called. */
export interface Package {
  readonly project: string;
  readonly manifest: Manifest;
}

/**
 * What the packages need of each other. A dependency counts where the package manager takes it from the workspace: a
 * published package of the same name is none of it.
 *
 * @returns by the project's name
 */
export function packageLinks(
  packages: readonly Package[],
  rules: LinkRules,
): ReadonlyMap<string, readonly ProjectDependency[]> {
  const byName = new Map(packages.flatMap((one) => (one.manifest.name ? [[one.manifest.name, one]] : [])));
  const byRoot = new Map(packages.map((one) => [one.manifest.root, one]));
  return new Map(
    packages.map(({ project, manifest }) => {
      const found = new Map<string, ProjectDependency>();
      for (const [kind, wanted] of wantedBy(manifest)) {
        for (const [name, range] of Object.entries(wanted)) {
          const to = linked(name, range, manifest, { byName, byRoot }, rules)?.project;
          if (to !== undefined && to !== project && !found.has(to)) found.set(to, { to, kind });
        }
      }
      return [project, [...found.values()]];
    }),
  );
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
  readonly byName: ReadonlyMap<string, Package>;
  readonly byRoot: ReadonlyMap<string, Package>;
}

function linked(
  name: string,
  range: string,
  { root }: Manifest,
  { byName, byRoot }: Index,
  { ranges }: LinkRules,
): Package | undefined {
  const folder = /^(?:workspace:|file:|link:|portal:)(\.{1,2}(?:\/.*)?)$/.exec(range)?.[1];
  if (folder !== undefined) return byRoot.get(posix.join(root, folder).replace(/(.)\/$/, '$1'));
  if (range.startsWith('workspace:')) {
    // `workspace:name@range` is an alias.
    const alias = /^workspace:(.+)@[^@/]*$/.exec(range)?.[1];
    return byName.get(alias ?? name);
  }
  const own = byName.get(name);
  if (own === undefined || !ranges || /^[a-z+]+:/i.test(range)) return undefined;
  const everything = range === '*' || range === '' || range === 'latest';
  return everything || satisfies(own.manifest.version ?? '0.0.0', range) ? own : undefined;
}
