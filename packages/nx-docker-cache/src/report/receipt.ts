import type { ContentKey } from '../model/content';
import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { PartReceipt, Receipt, StageReceipt } from '../model/receipt';
import { distinctSteps } from './steps';

/** What a receipt says of one build, done or skipped. */
export interface ReceiptUnit {
  readonly plan: Pick<
    BuildPlan,
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
  readonly outcome: Pick<BuildOutcome, 'digest' | 'steps' | 'caches' | 'baseImages'>;
  readonly imageId: string | undefined;
  /** Its platforms, where there are several. */
  readonly parts: readonly ReceiptUnit[];
}

/**
 * Holds names and digests only, never a value of a secret or build arg.
 * @param units the target first, then what was built beside it
 */
export function receiptOf(
  units: readonly [ReceiptUnit, ...ReceiptUnit[]],
  run: {
    readonly project: string;
    readonly finished: Date;
    readonly seconds: number;
    readonly buildSeconds: number | undefined;
  },
): Receipt {
  const [{ plan, content, outcome, imageId }] = units;
  const steps = distinctSteps(units.map((unit) => unit.outcome));
  const count = (word: string): number => steps.filter((step) => step.status === word).length;
  const images = new Map(
    units.flatMap((unit) => unit.outcome.baseImages.map((image) => [JSON.stringify(image), image])),
  );
  return {
    version: 1,
    status: units.every(({ status }) => status === 'skipped') ? 'skipped' : 'built',
    project: run.project,
    image: plan.image,
    digest: outcome.digest,
    imageId,
    refs: refsOf(plan),
    pushed: plan.output.push,
    loaded: plan.output.load,
    target: plan.target,
    stages: units.map(stageOf),
    platforms: plan.platforms,
    commit: plan.commit,
    branch: plan.branch,
    scope: plan.scope.name,
    trust: plan.trust.tier,
    contentKey: content.key,
    obstacles: content.obstacles,
    caches: units.flatMap((unit) => unit.outcome.caches),
    steps: { executed: count('executed'), fetched: count('fetched'), cached: count('cached') },
    baseImages: [...images.values()],
    finished: run.finished.toISOString(),
    seconds: run.seconds,
    buildSeconds: run.buildSeconds,
    inputs: content.inputs,
  };
}

function stageOf({ plan, content, status, outcome, imageId, parts }: ReceiptUnit): StageReceipt {
  return {
    stage: plan.target,
    status,
    image: plan.image,
    digest: outcome.digest,
    imageId,
    contentKey: content.key,
    obstacles: content.obstacles,
    refs: refsOf(plan),
    parts: parts.map(partOf),
  };
}

function partOf({ plan, content, status, outcome }: ReceiptUnit): PartReceipt {
  return {
    platform: plan.platforms.join(),
    status,
    digest: outcome.digest,
    contentKey: content.key,
    obstacles: content.obstacles,
    refs: refsOf(plan),
  };
}

function refsOf({ tags, loadTags }: ReceiptUnit['plan']): string[] {
  return [...new Set([...tags, ...loadTags])];
}
