import type { Tree } from '@nx/devkit';
import { devkit, type Devkit } from '../../devkit';
import { DockerCacheError, suggest } from '../../errors';
import { jsonAt, record, type Json } from './json';
import { join } from './paths';
import { neededPackages, workspacePackages, type WorkspacePackage } from './workspace-packages';

/** What is known of the project that gets a Dockerfile. */
export interface ProjectFacts {
  readonly tree: Tree;
  readonly name: string;
  /** Relative to the workspace root. */
  readonly root: string;
  /** Its package.json; undefined without one of its own. */
  readonly manifest: Json | undefined;
  /** Targets as Nx knows them, inferred ones included where Nx has been asked before. */
  readonly targets: Json;
  /** The project as a package of the workspace. */
  readonly package: WorkspacePackage | undefined;
  /** Packages of the workspace that it needs when it runs. */
  readonly runtimePackages: readonly WorkspacePackage[];
  /** Folders of all projects that its build needs, by path. */
  readonly neededFolders: readonly string[];
}

/** @throws DockerCacheError UNKNOWN_PROJECT */
export function projectFacts(tree: Tree, name: string): ProjectFacts {
  const projects = devkit().getProjects(tree);
  const project = projects.get(name);
  if (project === undefined) throw unknownProject(name, [...projects.keys()].sort());
  const { root } = project;
  const manifest = jsonAt(tree, join(root, 'package.json'));
  const packages = workspacePackages(tree);
  const own = [...packages.values()].find((one) => one.root === root);
  const graph = graphOf(tree);
  const scripts: Json = Object.fromEntries(
    Object.keys(record(manifest?.['scripts'])).map((script): [string, Json] => [script, {}]),
  );
  const edges = [...reachable(name, graph)].flatMap((other) => graph?.nodes[other]?.data.root ?? []);
  const built = own === undefined ? [] : neededPackages(own, packages, true).map((one) => one.root);
  return {
    ...{ tree, name, root, manifest, package: own },
    targets: { ...scripts, ...project.targets, ...graph?.nodes[name]?.data.targets },
    runtimePackages: own === undefined ? [] : neededPackages(own, packages, false),
    neededFolders: [...new Set([...edges, ...built])]
      .filter((folder) => folder !== root && folder !== '.')
      .sort(),
  };
}

type Graph = ReturnType<Devkit['readCachedProjectGraph']>;

/** Nx's own graph where the tree is the real workspace: it knows what plugins infer. */
function graphOf(tree: Tree): Graph | undefined {
  const { readCachedProjectGraph, workspaceRoot } = devkit();
  if (tree.root !== workspaceRoot) return undefined;
  try {
    return readCachedProjectGraph();
  } catch {
    return undefined;
  }
}

/** Names of the projects that one depends on, directly or not; packages of npm are no projects. */
function reachable(name: string, graph: Graph | undefined): Set<string> {
  const found = new Set<string>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { target } of graph?.dependencies[next] ?? []) {
      if (graph?.nodes[target] === undefined || found.has(target)) continue;
      found.add(target);
      waiting.push(target);
    }
  }
  return found;
}

function unknownProject(name: string, names: readonly string[]): DockerCacheError {
  const near = suggest(name, names);
  const shown = names.slice(0, 20).join(', ');
  return new DockerCacheError({
    code: 'UNKNOWN_PROJECT',
    message: `there is no project called ${JSON.stringify(name)} in this workspace`,
    expected: names.length === 0 ? 'a project' : `one of ${shown}${names.length > 20 ? ', …' : ''}`,
    found: JSON.stringify(name),
    hint: near === undefined ? 'Check the name: nx show projects.' : `Did you mean ${near}?`,
  });
}
