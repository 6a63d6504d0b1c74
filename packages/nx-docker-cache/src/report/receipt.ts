import type { ContentKey } from '../model/content';
import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';

/** What a receipt says of one run, built or skipped. */
export interface ReceiptInput {
  readonly plan: Pick<
    BuildPlan,
    | 'project'
    | 'image'
    | 'tags'
    | 'loadTags'
    | 'output'
    | 'target'
    | 'platforms'
    | 'commit'
    | 'branch'
    | 'scope'
    | 'trust'
  >;
  readonly content: ContentKey;
  readonly status: Receipt['status'];
  readonly outcome: Pick<BuildOutcome, 'digest' | 'steps' | 'caches' | 'baseImages' | 'seconds'>;
  readonly imageId: string | undefined;
  readonly finished: Date;
}

/** Holds names and digests only, never a value of a secret or build arg. */
export function receiptOf({ plan, content, status, outcome, imageId, finished }: ReceiptInput): Receipt {
  const count = (word: string): number => outcome.steps.filter((step) => step.status === word).length;
  return {
    version: 1,
    status,
    project: plan.project,
    image: plan.image,
    digest: outcome.digest,
    imageId,
    refs: [...new Set([...plan.tags, ...plan.loadTags])],
    pushed: plan.output.push,
    loaded: plan.output.load,
    target: plan.target,
    platforms: plan.platforms,
    commit: plan.commit,
    branch: plan.branch,
    scope: plan.scope.name,
    trust: plan.trust.tier,
    contentKey: content.key,
    obstacles: content.obstacles,
    caches: outcome.caches,
    steps: { executed: count('executed'), fetched: count('fetched'), cached: count('cached') },
    baseImages: outcome.baseImages,
    finished: finished.toISOString(),
    seconds: outcome.seconds,
    inputs: content.inputs,
  };
}
