import { posix } from 'node:path';
import { expandNames, imageTemplate } from '../../layout/image-names';
import { ProjectMap } from '../../layout/project-map';
import { targetSuffixes } from '../../layout/target-names';
import type { FilesPort } from '../../ports/files';
import type { BuiltProject } from '../../ports/workspace';
import { inProject } from '../in-project';

/** A Dockerfile and what builds it, not read yet. */
export interface FoundBuild {
  readonly dockerfile: string;
  readonly project: { readonly name: string; readonly root: string } | undefined;
  readonly target: string | undefined;
  /** Template of the image's name that the options do not say; undefined where no project has the Dockerfile. */
  readonly image: string | undefined;
  /** Raw, as the target or the configuration has them. */
  readonly options: unknown;
}

/** Each target that builds an image, and each Dockerfile that none of them names. */
export function findBuilds(
  projects: readonly BuiltProject[],
  dockerfiles: readonly string[],
  files: Pick<FilesPort, 'kind'>,
): FoundBuild[] {
  const builds = projects.flatMap((project) =>
    project.builds.map(({ target, options }): FoundBuild => {
      const dockerfile = dockerfileOf(options, project, files);
      return {
        dockerfile,
        project: { name: project.name, root: project.root },
        target,
        image: '{projectName}',
        options,
      };
    }),
  );
  const named = new Set(builds.map(({ dockerfile }) => dockerfile));
  return [
    ...builds,
    ...lying(
      projects,
      dockerfiles.filter((path) => !named.has(path)),
    ),
  ];
}

function dockerfileOf(options: unknown, project: BuiltProject, files: Pick<FilesPort, 'kind'>): string {
  const { dockerfile } = (options ?? {}) as { dockerfile?: unknown };
  if (typeof dockerfile === 'string') return inProject(dockerfile, project);
  const [first, second] = ['Dockerfile', 'Containerfile'].map((name) => posix.join(project.root, name));
  return files.kind(first!) === undefined && files.kind(second!) !== undefined ? second! : first!;
}

/** Dockerfiles in a project's folder that no target names, and those outside all projects. */
function lying(projects: readonly BuiltProject[], dockerfiles: readonly string[]): FoundBuild[] {
  const map = new ProjectMap(Object.fromEntries(projects.map((project) => [project.name, project])));
  const byProject = new Map<string | undefined, string[]>();
  for (const path of dockerfiles) {
    const owner = map.ownerOf(path);
    // In a workspace of projects the one of the root owns what lies there, not what lies in folders of nobody.
    const owned = owner?.root === '.' && projects.length > 1 && path.includes('/') ? undefined : owner?.name;
    byProject.set(owned, [...(byProject.get(owned) ?? []), path]);
  }
  return [...byProject].flatMap(([name, paths]) => {
    const project = projects.find((one) => name !== undefined && one.name === name);
    if (project === undefined) return paths.map(unowned);
    const suffixes = targetSuffixes(project.root, paths);
    return paths.map((dockerfile): FoundBuild => {
      const image = imageTemplate(undefined, suffixes.get(dockerfile) ?? '');
      return {
        dockerfile,
        project: { name: project.name, root: project.root },
        target: undefined,
        image: expandNames(image, project),
        options: { dockerfile },
      };
    });
  });
}

function unowned(dockerfile: string): FoundBuild {
  return { dockerfile, project: undefined, target: undefined, image: undefined, options: { dockerfile } };
}
