import type { DockerCacheError } from '../errors';
import type { BuildOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';

/** What became of the build of one project. */
export interface BuildResult {
  readonly ok: boolean;
  /** Plan of the target; undefined where nothing was built. */
  readonly plan: BuildPlan | undefined;
  readonly skip: SkipOutcome | undefined;
  readonly outcome: BuildOutcome | undefined;
  readonly publish: PublishOutcome | undefined;
  readonly receipt: Receipt | undefined;
  readonly error: DockerCacheError | undefined;
  /** Why it was built, or not, in some words. */
  readonly why: string;
}

export const NOTHING: Omit<BuildResult, 'ok'> = {
  plan: undefined,
  skip: undefined,
  outcome: undefined,
  publish: undefined,
  receipt: undefined,
  error: undefined,
  why: '',
};
