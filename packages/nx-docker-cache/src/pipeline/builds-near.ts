import { posix } from 'node:path';
import { SiblingIndex, siblingUnit, type DockerfilePlace } from '../dockerfile';
import type { FilesPort } from '../ports/files';
import { findBuilds, type FoundBuild } from './inspect/builds';
import { namedDockerfiles } from './inspect/named';
import { completed } from './inspect/projects';
import { treeOf } from './inspect/tree';
import type { Ports } from './ports';
import type { FindSiblings, SiblingBuild } from './siblings';

/** The siblings of one Dockerfile, without a look through the whole workspace. */
export function buildsNear({ files, workspace }: Pick<Ports, 'files' | 'workspace'>): FindSiblings {
  return async (place) => {
    const { kind, root } = workspace.facts();
    const known = await workspace.builds();
    // The graph of Nx knows what its targets build, and no other Dockerfile.
    if (kind === 'nx') return indexOf(findBuilds(known, [], files));
    const near = filesNear(place, files);
    const dockerfiles = namedDockerfiles(near, known, await treeOf(gitignoresAbove(near), files));
    return indexOf(findBuilds(completed(known, dockerfiles, root), dockerfiles, files));
  };
}

export function indexOf(builds: readonly FoundBuild[]): SiblingIndex<SiblingBuild> {
  return new SiblingIndex(
    builds.map((build) => ({
      dockerfilePath: build.dockerfile,
      projectRoot: build.project?.root ?? posix.dirname(build.dockerfile),
      build,
    })),
  );
}

/** What may be a sibling, and the Dockerfiles that tell which folders are projects in a plain folder. */
function filesNear(place: DockerfilePlace, files: Pick<FilesPort, 'entries' | 'kind'>): string[] {
  const folder = posix.dirname(place.dockerfilePath);
  const unit = siblingUnit(place);
  const same = files.entries(folder).map(({ name }) => posix.join(folder, name));
  const places = [posix.relative(unit, place.dockerfilePath), 'Dockerfile', 'Containerfile'];
  const beside = posix.dirname(unit);
  const units = files.entries(beside).flatMap(({ name, kind }) => (kind === 'folder' ? [name] : []));
  const others = units.flatMap((name) => places.map((path) => posix.join(beside, name, path)));
  return [...new Set([...same, ...(unit === '.' ? [] : others)])].filter(
    (path) => files.kind(path) === 'file',
  );
}

function gitignoresAbove(paths: readonly string[]): string[] {
  const folders = new Set<string>(['.']);
  for (const path of paths) {
    for (let folder = posix.dirname(path); !folders.has(folder); folder = posix.dirname(folder))
      folders.add(folder);
  }
  return [...folders].map((folder) => posix.join(folder, '.gitignore'));
}
