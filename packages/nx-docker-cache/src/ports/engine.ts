import type { EngineFacts } from '../model/facts';
import type { BuildEvent } from '../model/events';

export interface EngineRun {
  /** Arguments of `docker`, `buildx` first. */
  readonly argv: readonly string[];
  /** Working directory; relative paths of the arguments count from here. */
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** The build takes the rules of `file` and these, from a copy of the Dockerfile with an ignore file beside it. */
  readonly ignore: { readonly file: string | undefined; readonly added: readonly string[] };
  /** Called for each progress event, in order. */
  readonly onEvent: (event: BuildEvent) => void;
  /** Called for each line that is no event, for instance the final error. */
  readonly onText: (line: string) => void;
}

export interface EngineResult {
  readonly exitCode: number;
  /** true where the signal ended the run. */
  readonly canceled: boolean;
  /** Digest of what was made, from the metadata file. */
  readonly digest: string | undefined;
}

/** One build of a joint run. */
export interface EngineJointBuild extends Pick<EngineRun, 'argv' | 'ignore' | 'onEvent'> {
  /**
   * Builds of the run, by place, whose images this one reads; by reference in its familiar form (no `docker.io/library/`, no
   * `:latest`).
   */
  readonly bases: ReadonlyMap<string, number>;
}

/** Several builds as one run of one builder: what they share is solved once. */
export interface EngineJointRun {
  readonly builds: readonly EngineJointBuild[];
  readonly cwd: string;
  readonly signal: AbortSignal;
  readonly onText: (line: string) => void;
}

export interface EngineJointResult {
  /** 0 where every build ended well; one that fails ends all. */
  readonly exitCode: number;
  readonly canceled: boolean;
  /** In the order of the builds. */
  readonly digests: readonly (string | undefined)[];
}

/** The builder: `docker buildx` behind an interface. */
export interface EnginePort {
  /** What the engine can do. @throws DockerCacheError NO_DOCKER, NO_BUILDX, NO_DAEMON, NO_BUILDER, CLASSIC_BUILDER */
  facts(builder: string | undefined): Promise<EngineFacts>;
  /** true where the builder surely runs on this machine, and so has its platform. Asks no engine. */
  isHere(builder: string | undefined): Promise<boolean>;
  /** Asks again, whatever was answered before. @returns why nothing can be built now, undefined where it can */
  check(builder: string | undefined): Promise<string | undefined>;
  /** Mirrors of Docker Hub that the engine pulls from, as URLs; none where no local engine answers. */
  mirrors(): Promise<readonly string[]>;
  /** Id of an image in the engine's store, undefined where it is not there. */
  imageId(reference: string): Promise<string | undefined>;
  /** Version of buildx, undefined where it does not say. */
  version(): Promise<string | undefined>;
  /** Runs a build to its end. Never throws for a failed build. */
  build(run: EngineRun): Promise<EngineResult>;
  /** Runs builds of one builder as one. Never throws for a failed build. */
  buildJointly(run: EngineJointRun): Promise<EngineJointResult>;
}
