import { Sources } from '../layout/git-sources';
import { ImageIndex, type NamedBuild } from '../layout/image-index';
import type { Project } from '../layout/project';
import { ProjectMap } from '../layout/project-map';
import type { SurveyedProject } from '../model/survey';
import type { BuildFacts, InspectFacts } from './facts';
import { PackageGraph } from './package-graph';

export interface ImageBuild extends NamedBuild {
  readonly facts: BuildFacts;
}

/** The workspace around a build, indexed once. */
export interface World {
  readonly projects: ProjectMap;
  readonly packages: PackageGraph;
  readonly images: ImageIndex<ImageBuild>;
  readonly imageOf: ReadonlyMap<BuildFacts, ImageBuild>;
  readonly isSource: (path: string) => boolean;
  readonly tree: InspectFacts['tree'];
  readonly list: InspectFacts['list'];
}

export function worldOf({ survey, builds, tree, list }: InspectFacts): World {
  const images = builds.flatMap((facts) =>
    facts.image === undefined ? [] : [{ image: facts.image, options: facts.options, facts }],
  );
  return {
    projects: new ProjectMap(byName(survey.projects)),
    packages: new PackageGraph(survey.projects),
    images: new ImageIndex(images),
    imageOf: new Map(images.map((image) => [image.facts, image])),
    isSource: new Sources(tree).isSource,
    ...{ tree, list },
  };
}

/** The project of a build; for a Dockerfile of none its folder stands in, under the Dockerfile's own path. */
export function projectOf({ project, dockerfile }: BuildFacts, { projects }: World): Project {
  const known = project === undefined ? undefined : projects.at(project.root);
  if (known?.name === project?.name && known !== undefined) return known;
  const folder = dockerfile.includes('/') ? dockerfile.slice(0, dockerfile.lastIndexOf('/')) : '.';
  return { name: project?.name ?? dockerfile, root: project?.root ?? folder, file: '', targets: {} };
}

function byName(projects: readonly SurveyedProject[]): Record<string, SurveyedProject> {
  return Object.fromEntries(projects.map((project) => [project.name, project]));
}
