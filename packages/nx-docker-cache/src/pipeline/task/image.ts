import { DockerCacheError } from '../../errors';
import type { Receipt } from '../../model/receipt';
import { receiptPath } from '../../plan';
import type { WorkspaceProject } from '../../ports/workspace';
import { buildProject } from '..';
import { lastReceipt } from '../last-receipt';
import type { Prepared } from '../prepare';
import type { TaskPorts } from './ports';
import { stageBuild, stageTarget } from './stage-build';

/** An image that is the stage, if it can still be had. */
interface Candidate {
  /** `repository@digest`, or the id of an image in the engine. */
  readonly reference: string;
  readonly digest: string | undefined;
  /** Who says so. */
  readonly from: string;
}

export type StageImage = Candidate;

/** The reason of what was not tried any more. */
const INTERRUPTED = 'interrupted';

/**
 * The image of a stage with exactly this content, in the engine: what the last build of this checkout left, then what
 * the registry has under the content key; what is nowhere is built. Never by a tag that moves.
 * @throws DockerCacheError BUILD_FAILED and all that a build throws, NO_IMAGE, INTERRUPTED
 */
export async function stageImage(
  project: WorkspaceProject,
  prepared: Prepared,
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<StageImage> {
  const lost: string[] = [];
  const there =
    (await firstThere(await inReceipts(project, prepared, ports), lost, ports, signal)) ??
    (await firstThere(await inRegistry(prepared, ports), lost, ports, signal));
  if (there !== undefined) return there;
  if (signal.aborted) throw interrupted();
  for (const problem of new Set(lost)) ports.logger.warn(`${problem}; the stage is built again`);
  // What was promised is not there: another look at the same key would find the same promise.
  const build = stageBuild(project, prepared, lost.length === 0);
  const { receipt, error } = await buildProject(build, ports, signal);
  if (error !== undefined) throw error;
  if (receipt === undefined) throw interrupted();
  const problems: string[] = [];
  const built = await firstThere(candidatesOf(receipt, undefined, 'the build'), problems, ports, signal);
  if (built !== undefined) return built;
  throw problems.includes(INTERRUPTED) ? interrupted() : noImage(prepared, problems);
}

async function inReceipts(
  project: WorkspaceProject,
  prepared: Prepared,
  { files }: Pick<TaskPorts, 'files'>,
): Promise<Candidate[]> {
  const paths = [project.target, stageTarget(project, prepared)].map((target) =>
    receiptPath(project.name, target),
  );
  const receipts = await Promise.all(paths.map((path) => lastReceipt(path, files)));
  return receipts.flatMap((receipt, index) =>
    receipt === undefined ? [] : candidatesOf(receipt, prepared.skip.key, paths[index]!),
  );
}

async function inRegistry(
  { skip, identity }: Prepared,
  { probe }: Pick<TaskPorts, 'probe'>,
): Promise<Candidate[]> {
  const found = await Promise.all(skip.read.map(async (ref) => ({ ref, result: await probe.probe(ref) })));
  return found.flatMap(({ ref, result }) =>
    result.state === 'present' && result.digest !== undefined
      ? [{ reference: `${identity.image}@${result.digest}`, digest: result.digest, from: ref }]
      : [],
  );
}

/** Equal keys are equal images, whatever the stage is called; without a key, those of the target itself. */
function candidatesOf({ stages, pushed }: Receipt, key: string | undefined, from: string): Candidate[] {
  const all = stages.flatMap((stage) => [
    stage,
    ...stage.parts.map((part) => ({ ...part, image: stage.image, imageId: undefined })),
  ]);
  const found = all.filter(({ contentKey }, index) => (key === undefined ? index === 0 : contentKey === key));
  return found.flatMap(({ image, digest, imageId }) => [
    ...(imageId === undefined ? [] : [{ reference: imageId, digest, from }]),
    ...(digest === undefined || !pushed ? [] : [{ reference: `${image}@${digest}`, digest, from }]),
  ]);
}

/** @param lost gets the reason of each that is not to be had */
async function firstThere(
  candidates: readonly Candidate[],
  lost: string[],
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<Candidate | undefined> {
  for (const candidate of candidates) {
    const problem = await obtain(candidate, ports, signal);
    if (problem === undefined) return candidate;
    lost.push(problem);
  }
  return undefined;
}

/** Puts an image into the engine, if it is not there. @returns why that cannot be done */
async function obtain(
  { reference }: Candidate,
  { engine, probe, containers, logger }: TaskPorts,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await engine.imageId(reference)) !== undefined) return undefined;
  if (!reference.includes('@')) return `the engine does not have ${reference} any more`;
  const result = await probe.probe(reference);
  if (result.state === 'missing') return `${reference} is gone from the registry`;
  if (signal.aborted) return INTERRUPTED;
  logger.line(`pulling ${reference}`);
  const problem = await containers.pull(reference, signal);
  return problem === undefined ? undefined : `${reference} cannot be pulled: ${problem}`;
}

export function interrupted(): DockerCacheError {
  return new DockerCacheError({
    code: 'INTERRUPTED',
    message: 'the task was interrupted',
    hint: 'Run it again.',
  });
}

function noImage({ identity }: Prepared, problems: readonly string[]): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_IMAGE',
    message: `the image of stage ${identity.stage.name ?? identity.stage.index} was built, and this engine cannot have it`,
    expected: 'an image in the engine, or one that can be pulled',
    found: problems.length === 0 ? 'a build that keeps no image' : problems.join('\n'),
    hint: 'Set `load: true` for the build, or `push: true` with a registry that this engine can read.',
  });
}
