import { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { EnginePort } from '../ports/engine';
import type { BuildObserver } from '../ports/observer';
import type { BuildRun, RunPorts } from './build';

/** One build of a run. */
export interface RunBuild {
  readonly plan: BuildPlan;
  /** Builds of this run, by place, whose images it reads; by reference in its familiar form. They come before it. */
  readonly bases: ReadonlyMap<string, number>;
  readonly observer: BuildObserver;
}

export interface JointPorts extends Omit<RunPorts, 'observer' | 'engine'> {
  readonly engine: Pick<EnginePort, 'build' | 'buildJointly' | 'check'>;
}

/** The end of a build whose base has failed; undefined where all of them are well or still to come. */
export function orphaned(
  place: number,
  builds: readonly RunBuild[],
  runs: ReadonlyMap<number, BuildRun>,
): BuildRun | undefined {
  for (const [reference, base] of builds[place]!.bases) {
    const error = runs.get(base)?.error;
    if (error === undefined) continue;
    if (endsRun(error)) return notRun(error);
    return notRun(baseFailed(builds[place]!.plan.project, builds[base]!.plan.project, reference, error));
  }
  return undefined;
}

/** true for what is no fault of the build, and ends those that need it the same way. */
export function endsRun({ code }: DockerCacheError): boolean {
  return code === 'INTERRUPTED' || code === 'NO_DAEMON';
}

/** @param reference of the image that is missing; undefined where a task waits for another one for other reasons */
export function baseFailed(
  project: string,
  base: string,
  reference: string | undefined,
  cause: DockerCacheError,
): DockerCacheError {
  return new DockerCacheError({
    code: 'DEPENDENCY_FAILED',
    message: `${project} was not built: ${base}, which ${reference === undefined ? 'it depends on' : 'makes its base image'}, failed`,
    ...(reference === undefined ? {} : { expected: `an image ${reference}` }),
    found: `${cause.code}: ${cause.message}`,
    hint: `Mend ${base} first.`,
    cause,
  });
}

/** A build that never began. */
export function notRun(error: DockerCacheError): BuildRun {
  const none = { steps: [], caches: [], warnings: [], baseImages: [], triggers: [] };
  return {
    outcome: { ...none, ok: false, digest: undefined, seconds: 0, retried: false },
    error,
    work: [],
    killed: false,
  };
}
