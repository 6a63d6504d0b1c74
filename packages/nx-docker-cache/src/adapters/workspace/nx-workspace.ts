import { join } from 'node:path';
import { devkit, type Devkit } from '../../devkit';
import type { WorkspaceFacts } from '../../model/facts';
import { configuredTargets } from '../../options/nx-targets';
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
type Target = NonNullable<Graph['nodes'][string]['data']['targets']>[string];

export const BUILD_EXECUTOR = 'nx-docker-cache:build';

/** The configuration that a target of a project was asked for; undefined: none, so its default one. */
export type ConfigurationOf = (project: string, target: string) => string | undefined;

/** An Nx workspace, asked through the Nx that it has installed itself. Options of targets are those of `nx run`. */
export class NxWorkspace implements WorkspacePort {
  readonly #root: string;
  readonly #configuration: ConfigurationOf;
  #graph: Promise<Graph> | undefined;
  #configured: Promise<Graph> | undefined;
  /** Read once: a run asks for each of its projects. */
  #nodes: Promise<readonly ProjectNode[]> | undefined;

  /** @param graph where the caller has it already */
  constructor(root: string, graph?: Graph, configuration: ConfigurationOf = () => undefined) {
    this.#root = root;
    this.#configuration = configuration;
    this.#graph = graph === undefined ? undefined : Promise.resolve(graph);
  }

  facts(): WorkspaceFacts {
    return { root: this.#root, kind: 'nx' };
  }

  async project(name: string, target?: string): Promise<WorkspaceProject> {
    const { root, targets: plain } = await this.#project(name);
    const targets = configuredTargets(plain, (one) => this.#configuration(name, one));
    const builds = buildsOf({ targets }, BUILD_EXECUTOR);
    const found = builds.find((build) => (target ?? build.target) === build.target);
    if (found === undefined)
      throw noTarget(
        name,
        target,
        builds.map((build) => build.target),
      );
    const { platforms } = (plain[found.target]?.options ?? {}) as { readonly platforms?: unknown };
    return { name, root, ...found, tasks: nxTasks(targets, found.target), platforms };
  }

  async publication(name: string, target?: string): Promise<PublishedProject> {
    const project = { name, ...(await this.#project(name)) };
    return nxPublication(project, (one) => this.#configuration(name, one), undefined, target);
  }

  async survey(): Promise<WorkspaceSurvey> {
    const graph = await this.#readConfigured();
    return {
      tools: workspaceTools(this.#root),
      projects: surveyGraph(this.#root, graph, BUILD_EXECUTOR),
    };
  }

  async builds(): Promise<readonly BuiltProject[]> {
    const { nodes } = await this.#readConfigured();
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

  /** The targets as they stand in the graph. */
  async #project(name: string): Promise<{ root: string; targets: Readonly<Record<string, Target>> }> {
    const { nodes } = await this.#readGraph();
    const node = Object.hasOwn(nodes, name) ? nodes[name] : undefined;
    if (node === undefined) throw unknownProject(name, Object.keys(nodes).sort());
    return { root: node.data.root, targets: node.data.targets ?? {} };
  }

  #readConfigured(): Promise<Graph> {
    this.#configured ??= this.#readGraph().then((graph) => configured(graph, this.#configuration));
    return this.#configured;
  }

  #readGraph(): Promise<Graph> {
    this.#graph ??= loadGraph(this.#root);
    return this.#graph;
  }
}

function configured(graph: Graph, configuration: ConfigurationOf): Graph {
  const nodes = Object.entries(graph.nodes).map(([name, node]) => {
    const targets = configuredTargets(node.data.targets ?? {}, (target) => configuration(name, target));
    return [name, { ...node, data: { ...node.data, targets } }] as const;
  });
  return { ...graph, nodes: Object.fromEntries(nodes) };
}

async function loadGraph(root: string): Promise<Graph> {
  // Nx finds its workspace from the working directory unless it is told.
  process.env['NX_WORKSPACE_ROOT_PATH'] ??= root;
  // The second is where `nx init` puts Nx in a workspace without a package.json.
  const { createProjectGraphAsync } = devkit([root, join(root, '.nx', 'installation')]);
  return createProjectGraphAsync({ exitOnError: false });
}
