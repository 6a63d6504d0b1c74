import { join } from 'node:path';
import { devkit, type Devkit } from '../../devkit';
import type { WorkspaceFacts } from '../../model/facts';
import type { BuiltProject, PublishedProject, WorkspacePort, WorkspaceProject } from '../../ports/workspace';
import type { ProjectNode } from '../../model/prune';
import type { WorkspaceSurvey } from '../../model/survey';
import { atInstall } from './at-install';
import { noTarget, unknownProject } from './errors';
import { readManifest } from './manifest';
import { nxTasks } from './nx-tasks';
import { nxPublication } from './nx-publication';
import { buildsOf, surveyGraph } from './nx-survey';
import { workspaceTools } from './tools';

type Graph = Awaited<ReturnType<Devkit['createProjectGraphAsync']>>;

export const BUILD_EXECUTOR = 'nx-docker-cache:build';

/** An Nx workspace, asked through the Nx that it has installed itself. */
export class NxWorkspace implements WorkspacePort {
  readonly #root: string;
  #graph: Promise<Graph> | undefined;
  /** Read once: a run asks for each of its projects. */
  #nodes: Promise<readonly ProjectNode[]> | undefined;

  /** @param graph where the caller has it already */
  constructor(root: string, graph?: Graph) {
    this.#root = root;
    this.#graph = graph === undefined ? undefined : Promise.resolve(graph);
  }

  facts(): WorkspaceFacts {
    return { root: this.#root, kind: 'nx' };
  }

  async project(name: string, target?: string): Promise<WorkspaceProject> {
    const { nodes } = await this.#readGraph();
    const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    if (node === undefined) throw unknownProject(name, Object.keys(nodes).sort());
    const builds = buildsOf(node.data, BUILD_EXECUTOR);
    const found = builds.find((build) => (target ?? build.target) === build.target);
    if (found === undefined)
      throw noTarget(
        name,
        target,
        builds.map((build) => build.target),
      );
    const tasks = nxTasks(node.data.targets ?? {}, found.target);
    return { name, root: node.data.root, ...found, tasks };
  }

  async publication(name: string, target?: string): Promise<PublishedProject> {
    const { nodes } = await this.#readGraph();
    const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    if (node === undefined) throw unknownProject(name, Object.keys(nodes).sort());
    return nxPublication({ name, root: node.data.root, targets: node.data.targets ?? {} }, undefined, target);
  }

  async survey(): Promise<WorkspaceSurvey> {
    const graph = await this.#readGraph();
    return {
      tools: workspaceTools(this.#root),
      projects: surveyGraph(this.#root, graph, BUILD_EXECUTOR),
    };
  }

  async builds(): Promise<readonly BuiltProject[]> {
    const { nodes } = await this.#readGraph();
    return Object.entries(nodes).map(([name, { data }]) => ({
      ...{ name, root: data.root },
      builds: buildsOf(data, BUILD_EXECUTOR),
    }));
  }

  projectNodes(): Promise<readonly ProjectNode[]> {
    this.#nodes ??= this.#readNodes();
    return this.#nodes;
  }

  async #readNodes(): Promise<readonly ProjectNode[]> {
    const { nodes, dependencies } = await this.#readGraph();
    return Object.entries(nodes).map(([name, { data }]) => ({
      ...{ name, root: data.root },
      dependencies: (dependencies[name] ?? []).map(({ target }) => target),
      ...atInstall(readManifest(this.#root, data.root)),
    }));
  }

  #readGraph(): Promise<Graph> {
    this.#graph ??= loadGraph(this.#root);
    return this.#graph;
  }
}

async function loadGraph(root: string): Promise<Graph> {
  // Nx finds its workspace from the working directory unless it is told.
  process.env['NX_WORKSPACE_ROOT_PATH'] ??= root;
  // The second is where `nx init` puts Nx in a workspace without a package.json.
  const { createProjectGraphAsync } = devkit([root, join(root, '.nx', 'installation')]);
  return createProjectGraphAsync({ exitOnError: false });
}
