import type { BuildOutcome, SkipOutcome } from '../model/outcome';
import type { Receipt, StageReceipt } from '../model/receipt';
import { stageKeyPath } from '../plan';
import { receiptOf, type ReceiptUnit } from '../report/receipt';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { unwritable } from './state-folder';

/** A build that ended well, or was not needed. */
export interface Done {
  readonly prepared: Prepared;
  readonly outcome: BuildOutcome | undefined;
  readonly skip: SkipOutcome | undefined;
  readonly imageId: string | undefined;
  /** Its platforms, where there are several. */
  readonly parts: readonly Done[];
}

/**
 * The target's receipt with what was built beside it, and for each stage the file that tasks in it depend on.
 * @throws DockerCacheError RECEIPT_UNWRITABLE
 */
export async function writeReceipt(
  done: readonly Done[],
  took: Pick<Receipt, 'seconds' | 'buildSeconds'>,
  ports: Pick<Ports, 'clock' | 'files'>,
): Promise<Receipt> {
  const { prepared } = done[0]!;
  const { project } = prepared.facts;
  const units = done.map(unitOf) as [ReceiptUnit, ...ReceiptUnit[]];
  const receipt = receiptOf(units, {
    project: project.name,
    finished: new Date(ports.clock.now()),
    ...took,
  });
  try {
    await ports.files.writeAtomic(prepared.receipt, `${JSON.stringify(receipt, undefined, 2)}\n`);
    for (const stage of receipt.stages)
      await ports.files.writeAtomic(
        stageKeyPath(project.name, project.target, stage.stage),
        keyText(stage, receipt.finished),
      );
  } catch (cause) {
    const made = receipt.digest === undefined ? '' : `; the image was made: ${receipt.digest}`;
    throw unwritable(prepared.receipt, `${(cause as Error).message}${made}`, cause);
  }
  return receipt;
}

/** A key that proves nothing says nothing: then it is this very image that a task ran in, or this very build. */
function keyText({ contentKey, obstacles, digest }: StageReceipt, finished: string): string {
  return `${obstacles.length === 0 ? contentKey : (digest ?? `${contentKey} ${finished}`)}\n`;
}

function unitOf({ prepared, outcome, skip, imageId, parts }: Done): ReceiptUnit {
  const { identity, content, options, facts } = prepared;
  const { stage } = identity;
  return {
    plan: {
      ...identity,
      target: stage.name ?? String(stage.index),
      platforms: options.platforms,
      commit: facts.source.commit,
      branch: facts.source.branch,
    },
    content,
    status: skip === undefined ? 'built' : 'skipped',
    outcome: outcome ?? { digest: skip?.digest, steps: [], caches: [], baseImages: [] },
    imageId,
    parts: parts.map(unitOf),
  };
}
