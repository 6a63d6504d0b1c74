import { posix } from 'node:path';
import type { LostImage } from '../../affected';
import { DockerCacheError } from '../../errors';
import { mayBeDockerfile } from '../../layout/dockerfile-names';
import { expandNames } from '../../layout/image-names';
import type { SurveyedProject } from '../../model/survey';
import { effectiveOptions, parseBuildOptions, type ConfigFile } from '../../options';
import type { FilesPort } from '../../ports/files';
import { mapBounded } from '../../run/bounded';
import { AT_ONCE, configAt, nameBefore, packageName, type BothEnds } from './options';

interface Place {
  readonly name: string;
  readonly root: string;
}

export interface LostQuestion {
  readonly projects: readonly SurveyedProject[];
  readonly changed: readonly string[];
  readonly ends: BothEnds;
  readonly files: Pick<FilesPort, 'kind'>;
}

/**
 * Images that the workspace may have built at the base and builds no more: of Dockerfiles that are gone, of projects that
 * have another name, and of those whose options call them something else. Who stands on one stands on nothing.
 */
export async function lostImages(question: LostQuestion): Promise<LostImage[]> {
  const config = (await configAt(question.ends.before)) ?? {};
  const places = [...(await ofDockerfiles(config, question)), ...(await ofProjects(question))];
  return places.flatMap((place) => imageOf(place, config));
}

async function ofDockerfiles(
  { projects = {} }: ConfigFile,
  { changed, ends, files }: LostQuestion,
): Promise<Place[]> {
  const gone = changed.filter((path) => mayBeDockerfile(path) && files.kind(path) === undefined);
  const roots = [...new Set(gone.map((path) => posix.dirname(path)))];
  const places = await mapBounded(roots, AT_ONCE, async (root) => {
    const named = Object.entries(projects).flatMap(([name, { root: folder }]) =>
      folder !== undefined && posix.join(folder, '.') === root ? [name] : [],
    );
    const [ofNx, ofPackage] = await Promise.all(
      ['project.json', 'package.json'].map((file) => ends.before(posix.join(root, file))),
    );
    const written = packageName(ofNx) ?? packageName(ofPackage) ?? posix.basename(root);
    return [...named, written].map((name) => ({ name, root }));
  });
  return places.flat();
}

function ofProjects({ projects, changed, ends }: LostQuestion): Promise<Place[]> {
  return mapBounded(projects, AT_ONCE, async (project) => ({
    name: (await nameBefore(project, changed, ends)) ?? project.name,
    root: project.root,
  }));
}

function imageOf(place: Place, config: ConfigFile): LostImage[] {
  try {
    const { image, registry, tags } = parseBuildOptions(effectiveOptions(place.name, config), place.name);
    return [
      { project: place.name, image: expandNames(image, place), options: { registry, tags: tags ?? [] } },
    ];
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return [];
  }
}
