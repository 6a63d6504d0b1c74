import type { PartReceipt, Receipt, StageReceipt } from '../../model/receipt';
import { receiptPath } from '../../plan';
import type { WorkspaceProject } from '../../ports/workspace';
import { lastReceipt } from '../last-receipt';
import type { Prepared } from '../prepare';
import type { TaskPorts } from './ports';
import { stageTarget } from './stage-build';

/** An image that is the stage, if it can still be had. */
export interface Candidate {
  /** `repository@digest`, or the id of an image in the engine. */
  readonly reference: string;
  readonly digest: string | undefined;
  /** Who says so. */
  readonly from: string;
  /** Why its content key does not say all that is in it; undefined where it does. */
  readonly doubt: string | undefined;
}

/** What the receipts of this checkout say of a content key. */
export interface Known {
  /** Those that may be run, the best first. */
  readonly images: readonly Candidate[];
  /** Why the key proves nothing here: every build that had it says so; undefined where one does not, or none had it. */
  readonly doubt: string | undefined;
}

/**
 * What the builds of this checkout left under the stage's content key. Where the key does not say all that is in an
 * image, only the build that has just run can tell that the image is the one of these files.
 * @param built true where the project's build has just run, as the task runner does it
 */
export async function inReceipts(
  project: WorkspaceProject,
  prepared: Prepared,
  { files }: Pick<TaskPorts, 'files'>,
  built: boolean,
): Promise<Known> {
  const paths = [project.target, stageTarget(project, prepared)].map((target) =>
    receiptPath(project.name, target),
  );
  const receipts = await Promise.all(paths.map((path) => lastReceipt(path, files)));
  const [own = [], beside = []] = receipts.map((receipt, index) =>
    receipt === undefined ? [] : withKey(receipt, prepared.skip.key, paths[index]!),
  );
  const all = [...own, ...beside];
  const before = obstacleOf(prepared.skip);
  const doubts = all.map(({ doubt }) => before ?? doubt);
  const usable = all.flatMap((entry, index) => {
    const doubt = doubts[index];
    const isOfThisRun = built && index < own.length;
    return doubt === undefined || isOfThisRun ? [{ ...entry, doubt }] : [];
  });
  return {
    images: usable.flatMap(imagesOf),
    doubt: doubts.includes(undefined) ? undefined : (before ?? doubts[0]),
  };
}

/** What the registry has under the key tags that this build may trust; a key that proves nothing has none. */
export async function inRegistry(
  { skip, identity }: Prepared,
  { probe }: Pick<TaskPorts, 'probe'>,
): Promise<Candidate[]> {
  if (skip.obstacles.length > 0) return [];
  const found = await Promise.all(skip.read.map(async (ref) => ({ ref, result: await probe.probe(ref) })));
  return found.flatMap(({ ref, result }) =>
    result.state === 'present' && result.digest !== undefined
      ? [imageAt(`${identity.image}@${result.digest}`, result.digest, ref)]
      : [],
  );
}

function imageAt(reference: string, digest: string, from: string): Candidate {
  return { reference, digest, from, doubt: undefined };
}

/** What a build that was made for this task left. @param receipt of that build alone: its target is the stage */
export function ofBuild(receipt: Receipt, { skip }: Prepared): Candidate[] {
  const [stage] = receipt.stages;
  if (stage === undefined) return [];
  const doubt =
    obstacleOf(skip) ??
    obstacleOf(stage) ??
    (stage.contentKey === skip.key ? undefined : 'what the stage reads changed before it was built');
  return imagesOf({ stage, pushed: receipt.pushed, from: 'the build', doubt });
}

interface Entry {
  readonly stage: Pick<StageReceipt, 'image' | 'digest' | 'imageId'>;
  readonly pushed: boolean;
  readonly from: string;
  readonly doubt: string | undefined;
}

/** Equal keys are equal images, whatever the stage is called. */
function withKey({ stages, pushed }: Receipt, key: string, from: string): Entry[] {
  return stages
    .flatMap((stage) => [stage, ...stage.parts.map((part) => partOf(stage, part))])
    .filter(({ contentKey }) => contentKey === key)
    .map((stage) => ({ stage, pushed, from, doubt: obstacleOf(stage) }));
}

function partOf({ image }: StageReceipt, part: PartReceipt) {
  return { ...part, image, imageId: undefined };
}

function imagesOf({ stage: { image, digest, imageId }, pushed, from, doubt }: Entry): Candidate[] {
  return [
    ...(imageId === undefined ? [] : [{ reference: imageId, digest, from, doubt }]),
    ...(digest === undefined || !pushed ? [] : [{ reference: `${image}@${digest}`, digest, from, doubt }]),
  ];
}

function obstacleOf({ obstacles }: Pick<Prepared['skip'], 'obstacles'>): string | undefined {
  return obstacles[0]?.reason;
}
