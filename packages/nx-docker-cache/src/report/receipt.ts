import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';

/** The receipt of a finished build. Holds names and digests only, never a value of a secret or build arg. */
export function receiptOf(plan: BuildPlan, outcome: BuildOutcome, finished: Date): Receipt {
  const count = (status: string): number => outcome.steps.filter((step) => step.status === status).length;
  return {
    version: 1,
    project: plan.project,
    image: plan.image,
    digest: outcome.digest,
    refs: [...new Set([...plan.tags, ...plan.loadTags])],
    pushed: plan.output.push,
    loaded: plan.output.load,
    target: plan.target,
    platforms: plan.platforms,
    commit: plan.commit,
    branch: plan.branch,
    scope: plan.scope.name,
    trust: plan.trust.tier,
    caches: outcome.caches,
    steps: { executed: count('executed'), fetched: count('fetched'), cached: count('cached') },
    baseImages: outcome.baseImages,
    finished: finished.toISOString(),
    seconds: outcome.seconds,
  };
}
