import { join, posix } from 'node:path';
import { z } from 'zod';
import type { ProjectDependency, SurveyedBuild, SurveyedProject } from '../../model/survey';
import { readJson, readManifest, type Manifest } from './manifest';

/** Of a project graph of Nx what is asked for here. */
export interface NxGraph {
  readonly nodes: Readonly<
    Record<
      string,
      {
        readonly data: {
          readonly root: string;
          readonly targets?: Readonly<
            Record<string, { executor?: string; options?: Record<string, unknown>; outputs?: string[] }>
          >;
          readonly implicitDependencies?: readonly string[];
        };
      }
    >
  >;
  readonly dependencies: Readonly<
    Record<string, readonly { readonly target: string; readonly type: string }[]>
  >;
}

/** What Nx keeps of each file: its dependencies as `target`, `[target, type]` or `[source, target, type]`. */
const fileMapSchema = z.object({
  fileMap: z.object({
    projectFileMap: z.record(
      z.string(),
      z.array(
        z.object({
          file: z.string(),
          deps: z.array(z.union([z.string(), z.array(z.string())])).optional(),
        }),
      ),
    ),
  }),
});
type FileMap = z.infer<typeof fileMapSchema>['fileMap']['projectFileMap'];

/**
 * The projects of Nx's graph. Edges that only a Dockerfile makes are left out: what a Dockerfile copies is compared
 * with what the code needs, and this plugin has put both into the graph.
 */
export function surveyGraph(workspaceRoot: string, graph: NxGraph, buildExecutor: string): SurveyedProject[] {
  const fileMap = readFileMap(workspaceRoot);
  const manifests = new Map(
    Object.entries(graph.nodes).map(([name, { data }]) => [name, readManifest(workspaceRoot, data.root)]),
  );
  return Object.entries(graph.nodes).map(([name, { data }]) => {
    const targets = data.targets ?? {};
    const builds = buildsOf(data, buildExecutor);
    const dependencies = dependenciesOf({ name, builds, graph, manifests, fileMap });
    return {
      ...{ name, root: data.root, targets, builds, dependencies },
      dependenciesKnown: fileMap !== undefined && (manifests.get(name)!.exists || dependencies.length > 0),
    };
  });
}

/** The graph's own record of files; undefined where Nx has left none that is understood. */
function readFileMap(workspaceRoot: string): FileMap | undefined {
  const folder = process.env['NX_WORKSPACE_DATA_DIRECTORY'] ?? join('.nx', 'workspace-data');
  const parsed = fileMapSchema.safeParse(readJson(join(workspaceRoot, folder, 'file-map.json')));
  return parsed.success ? parsed.data.fileMap.projectFileMap : undefined;
}

interface Question {
  readonly name: string;
  readonly builds: readonly SurveyedBuild[];
  readonly graph: NxGraph;
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly fileMap: FileMap | undefined;
}

function dependenciesOf({ name, builds, graph, manifests, fileMap }: Question): ProjectDependency[] {
  const { root, implicitDependencies } = graph.nodes[name]!.data;
  const written = new Set(implicitDependencies ?? []);
  // Such a Dockerfile's edges have no source file, and look like what a person or another plugin has said.
  const foreign = builds.some(({ options }) => !dockerfileIn(options, root));
  const found = new Map<string, ProjectDependency>();
  for (const { target: to, type } of graph.dependencies[name] ?? []) {
    if (!Object.hasOwn(graph.nodes, to) || to === name || found.has(to)) continue;
    const files = fileMap?.[name]?.filter(({ deps }) => deps?.some((dep) => targetOf(dep) === to)) ?? [];
    const analysed = files.filter(({ file }) => !/(?:docker|container)file/i.test(posix.basename(file)));
    const said = written.has(to) || (type === 'implicit' && !foreign);
    // Without a record of files every edge counts: one too many is said to be needed, none is missed.
    if (fileMap !== undefined && analysed.length === 0 && !said) continue;
    const onlyManifest = analysed.length > 0 && analysed.every(({ file }) => file.endsWith('package.json'));
    const development = onlyManifest && isDevelopment(manifests.get(name)!, manifests.get(to)!);
    found.set(to, { to, kind: development ? 'development' : 'runtime' });
  }
  return [...found.values()];
}

function dockerfileIn(options: unknown, root: string): boolean {
  const { dockerfile } = options as { dockerfile?: unknown };
  return typeof dockerfile !== 'string' || root === '.' || dockerfile.startsWith(`${root}/`);
}

/** The targets of a project that build an image. */
export function buildsOf(
  { targets = {} }: Pick<NxGraph['nodes'][string]['data'], 'targets'>,
  buildExecutor: string,
): SurveyedBuild[] {
  return Object.entries(targets).flatMap(([target, { executor, options }]) =>
    executor === buildExecutor ? [{ target, options: options ?? {} }] : [],
  );
}

function targetOf(dep: string | readonly string[]): string | undefined {
  if (typeof dep === 'string') return dep;
  return dep.length > 2 ? dep[1] : dep[0];
}

function isDevelopment(from: Manifest, to: Manifest): boolean {
  const name = to.name ?? '';
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = from;
  return (
    name in { ...devDependencies } &&
    !(name in { ...dependencies, ...optionalDependencies, ...peerDependencies })
  );
}
