import type {
  CreateDependencies,
  CreateDependenciesContext,
  DependencyType,
  RawProjectGraphDependency,
} from '@nx/devkit';
import { graphOptions } from './build-options';
import { BUILD_EXECUTOR, workspacePath, type ImageBuild } from './builds';
import { ImageIndex } from '../layout/image-index';
import { basesOf } from './depends-on';
import { Disk } from './disk';
import { Sources } from '../layout/git-sources';
import { ProjectMap } from '../layout/project-map';
import { expandNames } from '../layout/image-names';
import { isWholeWorkspace } from '../layout/root-files';
import { outputAt } from '../layout/outputs';
import { join, literalPart } from '../layout/paths';
import type { Project } from '../layout/project';
import { takeOver } from './store';
import { contextOf } from './target';

/**
 * A project depends on the projects whose folders or outputs its image copies, and on the ones whose image it starts
 * from, in any language. `COPY . .` says nothing of this kind: it copies what others make depend on each other.
 */
export const createDependencies: CreateDependencies = (_options, context) => {
  const projects = new ProjectMap(context.projects);
  const builds = buildsOf(projects, context);
  const images = new ImageIndex(builds);
  const disk = new Disk(context.workspaceRoot);
  const sources = new Sources(disk);
  const edges = new Map<string, RawProjectGraphDependency>();
  for (const build of builds) {
    const copied = copiedProjects(build, projects, disk, sources);
    for (const { name } of [...copied, ...basesOf(build, images).map(({ project }) => project)]) {
      if (name !== build.project.name)
        edges.set(`${build.project.name} ${build.dockerfile} ${name}`, edge(build, name, context));
    }
  }
  return [...edges.values()];
};

/** The builds as the finished targets describe them: what a project.json overrides is in there. */
function buildsOf(projects: ProjectMap, { workspaceRoot }: CreateDependenciesContext): ImageBuild[] {
  const store = takeOver(workspaceRoot);
  return projects.all().flatMap((project) =>
    Object.entries(project.targets).flatMap(([targetName, target]) => {
      if (target.executor !== BUILD_EXECUTOR) return [];
      const options = graphOptions(target, {});
      const dockerfile = workspacePath(options.dockerfile, project) ?? join(project.root, 'Dockerfile');
      const summary = store.dockerfile(dockerfile, options);
      if (summary === undefined) return [];
      const image = expandNames(options.image ?? '{projectName}', project);
      return [{ source: dockerfile, project, targetName, dockerfile, suffix: '', options, image, summary }];
    }),
  );
}

function copiedProjects(build: ImageBuild, projects: ProjectMap, disk: Disk, sources: Sources): Project[] {
  const { context } = contextOf(build, { disk });
  return build.summary.sources.flatMap((source) => {
    if (source.kind === 'unresolved' || isWholeWorkspace(source, context)) return [];
    const place = join(context, source.path);
    const output = outputAt(place, build.project, projects, sources.isSource);
    if (output !== undefined) return [output.project];
    const folder = literalPart(place);
    // Files of the root, or a pattern over all of it.
    return folder === '.' ? [] : projects.touching(folder);
  });
}

function edge(
  { project, dockerfile }: ImageBuild,
  target: string,
  { fileMap }: CreateDependenciesContext,
): RawProjectGraphDependency {
  const files = fileMap.projectFileMap[project.name] ?? [];
  const source = project.name;
  // Nx takes a static edge from a file of the project only; the Dockerfile may lie elsewhere.
  return files.some(({ file }) => file === dockerfile)
    ? { source, target, sourceFile: dockerfile, type: 'static' as DependencyType.static }
    : { source, target, type: 'implicit' as DependencyType.implicit };
}
