import { Sources } from '../layout/git-sources';
import { ImageIndex } from '../layout/image-index';
import { expandNames } from '../layout/image-names';
import { outputAt } from '../layout/outputs';
import { join, literalPart } from '../layout/paths';
import type { Project } from '../layout/project';
import { ProjectMap } from '../layout/project-map';
import { isWholeWorkspace } from '../layout/root-files';
import { graphOptions } from './build-options';
import { BUILD_EXECUTOR, workspacePath, type ImageBuild } from './builds';
import { Contexts } from './contexts';
import { basesOf } from './depends-on';
import type { Disk } from './disk';
import type { GraphProjects } from './graph-projects';
import type { SummaryStore } from './store';
import type { Surroundings } from './target';

/** A project needs another one, by name, since its Dockerfile says so. */
export interface Edge {
  readonly source: string;
  readonly target: string;
  readonly dockerfile: string;
}

export function findEdges(named: GraphProjects, disk: Disk, store: SummaryStore): Edge[] {
  const projects = new ProjectMap(named);
  const builds = buildsOf(projects, disk, store);
  const images = new ImageIndex(builds);
  const around = { contexts: new Contexts(builds, disk), sources: new Sources(disk) };
  const edges = new Map<string, Edge>();
  for (const build of builds) {
    const { project, dockerfile } = build;
    const copied = copiedProjects(build, projects, around);
    for (const { name } of [...copied, ...basesOf(build, images).map((base) => base.project)]) {
      if (name !== project.name)
        edges.set(`${project.name} ${dockerfile} ${name}`, {
          ...{ source: project.name, target: name, dockerfile },
        });
    }
  }
  store.save();
  return [...edges.values()];
}

/** The builds as the finished targets describe them: what a project.json overrides is in there. */
function buildsOf(projects: ProjectMap, disk: Disk, store: SummaryStore): ImageBuild[] {
  return projects.all().flatMap((project) =>
    Object.entries(project.targets).flatMap(([targetName, target]) => {
      if (target.executor !== BUILD_EXECUTOR) return [];
      const options = graphOptions(target, {});
      const dockerfile = workspacePath(options.dockerfile, project) ?? join(project.root, 'Dockerfile');
      const text = disk.readText(dockerfile);
      if (text === undefined) return [];
      const image = expandNames(options.image ?? '{projectName}', project);
      const summary = store.build(text, options);
      return [{ source: dockerfile, project, targetName, dockerfile, suffix: '', options, image, summary }];
    }),
  );
}

function copiedProjects(
  build: ImageBuild,
  projects: ProjectMap,
  { sources, contexts }: Pick<Surroundings, 'contexts' | 'sources'>,
): Project[] {
  const { context } = contexts.of(build);
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
