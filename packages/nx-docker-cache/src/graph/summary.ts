import { DockerCacheError, formatError } from '../errors';
import type { Source } from '../model/dockerfile';
import type { GraphOptions } from './build-options';
import { dockerfileRoom } from './lazy';

/** What the graph has to know of a Dockerfile; plain data that survives in a file. */
export interface DockerfileSummary {
  /** What the target reads from the context. */
  readonly sources: readonly ReadSource[];
  /** Images that are pulled or belong to other projects; references without digest, as expanded. */
  readonly images: readonly string[];
  /** Names of build args that have an effect. */
  readonly args: readonly string[];
  /** Named stages, in order. */
  readonly stages: readonly string[];
  /** true where a stage runs a tool that needs the whole workspace, `turbo prune` for instance. */
  readonly workspaceTool: boolean;
  /** What is wrong with the Dockerfile, for people; undefined where nothing is. */
  readonly problem: string | undefined;
}

export type ReadSource = Pick<Source, 'path' | 'kind' | 'exclude' | 'parents'>;

/** Options that change what is read of a Dockerfile. */
export type SummaryOptions = Pick<GraphOptions, 'target' | 'buildArgs' | 'buildContexts' | 'platforms'>;

/**
 * Reads a Dockerfile's text. A broken one is a summary too: a graph with one broken file stays a graph.
 */
export function summarize(text: string, options: SummaryOptions): DockerfileSummary {
  const { consumedArgs, contextImages, contextSources, externalImages, parseDockerfile, runsWorkspaceTool } =
    dockerfileRoom();
  try {
    const dockerfile = parseDockerfile(text, options);
    const { target, buildContexts } = options;
    const pulled = [
      ...externalImages(dockerfile, target),
      ...contextImages(dockerfile, buildContexts, target),
    ];
    return {
      sources: contextSources(dockerfile, target).map(({ path, kind, exclude, parents }) => ({
        ...{ path, kind, exclude, parents },
      })),
      images: [...new Set(pulled.flatMap(({ image }) => image ?? []))],
      args: consumedArgs(dockerfile, target),
      stages: dockerfile.stages.flatMap(({ name }) => name ?? []),
      workspaceTool: runsWorkspaceTool(dockerfile, target),
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return {
      ...{ sources: [], images: [], args: [], stages: [], workspaceTool: false },
      problem: formatError(error),
    };
  }
}

/** A target and the stages that are built with it, as one: what any of them reads, the build reads. */
export function withStages(
  target: DockerfileSummary,
  stages: readonly DockerfileSummary[],
): DockerfileSummary {
  // A stage that is not there is the executor's to refuse.
  const all = [target, ...stages.filter(({ problem }) => problem === undefined)];
  if (target.problem !== undefined || all.length === 1) return target;
  const sources = new Map(
    all.flatMap((one) => one.sources.map((source) => [JSON.stringify(source), source])),
  );
  return {
    ...target,
    sources: [...sources.values()],
    images: [...new Set(all.flatMap(({ images }) => images))],
    args: [...new Set(all.flatMap(({ args }) => args))],
    workspaceTool: all.some(({ workspaceTool }) => workspaceTool),
  };
}
