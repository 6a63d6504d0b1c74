import type { EngineFacts } from '../model/facts';
import type { Receipt } from '../model/receipt';
import type { BuildObserver } from '../ports/observer';
import { explainNeed } from '../report/explain';
import { formatOutcome, type Ran } from '../report/text';
import type { BuildRun } from '../run/build';
import { busySeconds } from '../run/work';
import { finish } from './finish';
import { isPending } from './made-images';
import { withMaker } from './missing-source';
import type { Ports } from './ports';
import { NOTHING, type BuildResult } from './result';
import { leaveTime } from './times';
import { skippedOf, type Leaf, type PlannedUnit, type Unit } from './units';
import { finishWholes } from './whole';
import { writeReceipt, type Done } from './write-receipt';

/** A build whose images were all tried. */
export interface EndedJob {
  /** All images of the build, those that were not needed too. */
  readonly units: readonly Unit[];
  readonly needed: readonly PlannedUnit[];
  readonly leaves: readonly Leaf[];
  /** In the order of the leaves. */
  readonly runs: readonly BuildRun[];
  readonly observer: BuildObserver;
  readonly last: Receipt | undefined;
  readonly engine: EngineFacts;
  /** When the builder was started, in ms since 1970. */
  readonly since: number;
}

export interface Concluded {
  readonly result: BuildResult;
  /** What became of the images. */
  readonly done: readonly Done[];
}

/**
 * ④ ⑤ What follows a run: tags are verified, keys and the receipt are left, and the report is written.
 * @param before sees the images of this run as they were known when the build began
 * @param after sees them as they are now
 * @throws DockerCacheError RECEIPT_UNWRITABLE
 */
export async function conclude(
  { runs, engine, since, last, ...ended }: EndedJob,
  before: Ports,
  after: Ports,
  signal: AbortSignal,
): Promise<Concluded> {
  const { units, needed, leaves } = ended;
  const { logger, clock } = after;
  const [first] = needed;
  if (first === undefined) return { result: { ...NOTHING, ok: true }, done: [] };
  const built = await Promise.all(
    leaves.map((leaf, index) => finish({ ...leaf, run: runs[index]!, engine, since }, before, after)),
  );
  const wholes = await finishWholes({ ...ended, built }, last, after, signal);
  const ran = [...built.map((one) => one.ran), ...wholes.ran];
  const failed = runs.findIndex((run) => run.error !== undefined);
  const error =
    failed < 0 ? wholes.error : await withMaker(runs[failed]!.error!, leaves[failed]!.prepared, after);
  const ok = error === undefined && ran.every(({ outcome }) => outcome.ok);
  const seconds = Math.max(
    ...runs.map(({ outcome }) => outcome.seconds),
    // Platforms that are put together take their time, too.
    leaves.length === needed.length ? 0 : (clock.now() - since) / 1000,
  );
  // What it took beside others says nothing of what it takes alone. Platforms that were all there took nothing.
  const cost = runs.length === 0 ? undefined : busySeconds(runs.flatMap(({ work }) => work));
  const [receipt] = ok
    ? await Promise.all([
        writeReceipt(wholes.done, { seconds, buildSeconds: cost ?? last?.buildSeconds }, after),
        cost === undefined ? undefined : leaveTime(units, needed, cost, after),
      ])
    : [undefined];
  if (first.plan.progress !== 'quiet' || !ok) {
    const path = receipt === undefined ? undefined : first.plan.receipt;
    formatOutcome(ran as [Ran, ...Ran[]], skippedOf(units), path, logger.colors).forEach((line) =>
      logger.line(line),
    );
  }
  const { outcome } = wholes.done.find(({ skip }) => skip === undefined)!;
  const publish = [...wholes.ran, ...ran].find(({ plan }) => plan === first.plan)?.publish;
  const { prepared } = first.unit;
  const why = error?.message ?? (isPending(prepared) ? 'its base is built' : explainNeed(last, prepared));
  const result = { ok, plan: first.plan, skip: undefined, outcome, publish, receipt, error, why };
  return { result, done: wholes.done };
}
