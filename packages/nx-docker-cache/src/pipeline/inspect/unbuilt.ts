import { posix } from 'node:path';
import { targetSuffixes } from '../../layout/target-names';
import { CONFIG_FILE } from '../../setup';
import type { FoundBuild } from './builds';
import { isPlainName } from './projects';

export type Built = Pick<FoundBuild, 'dockerfile' | 'project' | 'target'>;
type Entries = readonly (readonly [string, Readonly<Record<string, string>>])[];

/** Entries that a note has room for. */
const MOST = 10;

/**
 * Dockerfiles that no project builds, and what makes builds of them: without Nx a project has one, of the plain name
 * unless the configuration says another one.
 * @param builds all of the workspace
 * @param scripted true where Turborepo runs the scripts of packages, which know nothing of a further build
 * @returns a line for people; undefined where there is none
 */
export function unbuiltNote(builds: readonly Built[], scripted: boolean): string | undefined {
  const unbuilt = builds.filter(({ target }) => target === undefined);
  if (unbuilt.length === 0) return undefined;
  const names = new Set(builds.flatMap(({ project }) => project?.name ?? []));
  const hasBuild = new Set(
    builds.flatMap(({ project, target }) => (target === undefined ? [] : project!.name)),
  );
  const written = unbuilt.map((one): Entries => {
    const { project, dockerfile } = one;
    if (project === undefined) return [entryOfNobody(dockerfile, names)];
    if (hasBuild.has(project.name)) return furtherEntry(one, project, names);
    hasBuild.add(project.name);
    return [[project.name, { dockerfile }]];
  });
  const entries = new Map(written.slice(0, MOST).flat());
  const lines = [...entries].map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const left = unbuilt.length - MOST;
  const paths = unbuilt.slice(0, MOST).map(({ dockerfile }) => dockerfile);
  const more = left > 0 ? ` and ${left} more` : '';
  const how = `write in "projects" of ${CONFIG_FILE}: ${lines.join(', ')}`;
  const further = scripted && lines.some((line) => line.includes('"root"')) ? SCRIPTED : '';
  return `no project builds ${paths.join(', ')}${more}; to have ${unbuilt.length === 1 ? 'it' : 'them'} built, ${how}${further}`;
}

const SCRIPTED =
  '; Turborepo builds what scripts build, so name such a project in the docker-build of its package too';

/** A project of its own in the same folder, beside which the package has to be named as well. */
function furtherEntry(
  { dockerfile }: Built,
  { name, root }: NonNullable<Built['project']>,
  names: Set<string>,
): Entries {
  // What tells it apart from the plain one, as for targets in Nx.
  const suffix = targetSuffixes(root, [posix.join(root, 'Dockerfile'), dockerfile]).get(dockerfile)!;
  const own = free(`${name}-${suffix}`, names);
  return [
    [name, { root }],
    [own, { root, dockerfile }],
  ];
}

function entryOfNobody(dockerfile: string, names: Set<string>): Entries[number] {
  const root = posix.dirname(dockerfile);
  const suffix = targetSuffixes(root, [dockerfile]).get(dockerfile);
  const folder = root === '.' ? 'image' : posix.basename(root);
  const name = free(suffix === '' ? folder : `${folder}-${suffix}`, names);
  return [name, { root, ...(isPlainName(dockerfile) ? {} : { dockerfile }) }];
}

/** The name, or one like it that no project has. */
function free(name: string, names: Set<string>): string {
  let found = name;
  for (let number = 2; names.has(found); number++) found = `${name}-${number}`;
  names.add(found);
  return found;
}
