import type {
  CreateDependencies,
  CreateDependenciesContext,
  DependencyType,
  RawProjectGraphDependency,
} from '@nx/devkit';
import { findEdges, type Edge } from './edges';
import { projectsOf } from './graph-projects';
import { recall } from './recall';
import { takeOver } from './snapshot';

/**
 * A project depends on the projects whose folders or outputs its image copies, and on the ones whose image it starts
 * from, in any language. `COPY . .` says nothing of this kind: it copies what others make depend on each other.
 */
export const createDependencies: CreateDependencies = (_options, context) => {
  const { workspaceRoot } = context;
  const snapshot = takeOver(workspaceRoot);
  const memory = { workspaceRoot, name: 'edges', disk: snapshot.disk };
  const edges = recall(memory, projectsOf(context.projects), (projects, disk) =>
    findEdges(projects, disk, snapshot.store),
  );
  return edges.map((edge) => dependency(edge, context));
};

function dependency(
  { source, target, dockerfile }: Edge,
  { fileMap }: CreateDependenciesContext,
): RawProjectGraphDependency {
  const files = fileMap.projectFileMap[source] ?? [];
  // Nx takes a static edge from a file of the project only; the Dockerfile may lie elsewhere.
  return files.some(({ file }) => file === dockerfile)
    ? { source, target, sourceFile: dockerfile, type: 'static' as DependencyType.static }
    : { source, target, type: 'implicit' as DependencyType.implicit };
}
