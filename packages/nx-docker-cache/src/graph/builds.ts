import { posix } from 'node:path';
import type { RawPluginOptions } from '../options';
import { DEFAULT_TARGET_NAME } from '../plan/state';
import { graphOptions, type GraphOptions } from './build-options';
import { dockerfileFilter, mayBeDockerfile } from '../layout/dockerfile-names';
import type { Tree } from '../layout/git-sources';
import { expandNames, imageTemplate } from '../layout/image-names';
import type { Project } from '../layout/project';
import type { Projects } from './projects';
import type { SummaryStore } from './store';
import type { DockerfileSummary } from './summary';
import { targetSuffixes } from '../layout/target-names';

export const BUILD_EXECUTOR = 'nx-docker-cache:build';

/** One image that a project builds: a Dockerfile that becomes a target. */
export interface ImageBuild {
  /** The file that Nx shows as the target's source. */
  readonly source: string;
  readonly project: Project;
  readonly targetName: string;
  /** Relative to the workspace root. */
  readonly dockerfile: string;
  /** What tells the image from the project's plain one; '' for that. */
  readonly suffix: string;
  readonly options: GraphOptions;
  /** Image name without registry and tag, as far as it is known before the run. */
  readonly image: string;
  readonly summary: DockerfileSummary;
}

export interface Workspace {
  readonly disk: Tree;
  readonly projects: Projects;
  readonly store: SummaryStore;
  readonly shared: RawPluginOptions;
}

/** The builds of a workspace: one a Dockerfile, and one a target that a project writes itself; by source. */
export function findBuilds(files: readonly string[], workspace: Workspace): ImageBuild[] {
  const builds = new Map<string, ImageBuild>();
  const add = (build: ImageBuild | undefined): void => {
    if (build !== undefined) builds.set(`${build.project.root}:${build.targetName}`, build);
  };
  const base = workspace.shared.targetName ?? DEFAULT_TARGET_NAME;
  for (const [project, paths] of dockerfilesByProject(files, workspace)) {
    for (const [source, suffix] of targetSuffixes(project.root, paths)) {
      const targetName = suffix === '' ? base : `${base}-${suffix}`;
      add(readBuild({ source, project, targetName, suffix, dockerfile: source }, workspace));
    }
  }
  for (const project of workspace.projects.all()) {
    for (const [targetName, { executor }] of Object.entries(project.targets)) {
      if (executor !== BUILD_EXECUTOR || builds.has(`${project.root}:${targetName}`)) continue;
      const dockerfile = usualDockerfile(project, workspace);
      add(readBuild({ source: project.file, project, targetName, suffix: '', dockerfile }, workspace));
    }
  }
  return [...builds.values()].sort((left, right) => (left.source < right.source ? -1 : 1));
}

/** Where the build looks for the Dockerfile of a target that names none. */
function usualDockerfile({ root: folder }: Project, { disk }: Workspace): string {
  const [first, second] = [posix.join(folder, 'Dockerfile'), posix.join(folder, 'Containerfile')];
  return disk.kind(first) === undefined && disk.kind(second) !== undefined ? second : first;
}

function dockerfilesByProject(
  files: readonly string[],
  { projects, shared }: Workspace,
): Map<Project, string[]> {
  const isDockerfile = dockerfileFilter({ include: list(shared.include), exclude: list(shared.exclude) });
  const byProject = new Map<Project, string[]>();
  for (const file of files) {
    if (!mayBeDockerfile(file)) continue;
    const project = projects.ownerOf(file);
    if (project === undefined || !isDockerfile(file, project.root)) continue;
    const paths = byProject.get(project);
    if (paths === undefined) byProject.set(project, [file]);
    else paths.push(file);
  }
  return byProject;
}

type Found = Pick<ImageBuild, 'source' | 'project' | 'targetName' | 'suffix' | 'dockerfile'>;

/** undefined where there is nothing to read, or the target is another's. */
function readBuild(found: Found, { shared, store, disk }: Workspace): ImageBuild | undefined {
  const { project, targetName, suffix } = found;
  const written = project.targets[targetName];
  // A target of this name with another executor is the user's own; Nx would drop ours.
  if (written?.executor !== undefined && written.executor !== BUILD_EXECUTOR) return undefined;
  const isPlain = targetName === (shared.targetName ?? DEFAULT_TARGET_NAME);
  const options = graphOptions(written, shared, isPlain ? shared.projects?.[project.name] : undefined);
  const dockerfile = workspacePath(options.dockerfile, project) ?? found.dockerfile;
  const text = disk.readText(dockerfile);
  if (text === undefined) return undefined;
  const template =
    written?.options?.['image'] === undefined ? imageTemplate(shared.image, suffix) : options.image;
  return {
    ...{ ...found, dockerfile, options },
    image: expandNames(template ?? '{projectName}', project),
    summary: store.build(text, options),
  };
}

/** A path of the options, relative to the workspace root. */
export function workspacePath(path: string | undefined, { root }: Pick<Project, 'root'>): string | undefined {
  if (path === undefined) return undefined;
  const plain = path.replaceAll('{projectRoot}', root).replace(/^\{workspaceRoot\}\/?/, '');
  return posix.normalize(plain === '' ? '.' : plain).replace(/(.)\/$/, '$1');
}

function list(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
