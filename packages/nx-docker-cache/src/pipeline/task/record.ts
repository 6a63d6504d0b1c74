import type { TaskPlan, TaskRecord } from '../../model/task';
import type { StoredTask } from '../../ports/task-records';
import type { TaskEnd } from '../../run/task';
import { maskSecrets } from '../../run/task-log';
import type { Prepared } from '../prepare';
import type { Candidate } from './candidates';
import type { TaskPorts } from './ports';

/** Bytes of results that a record may hold; what is larger is cheaper to make again than to keep for ever. */
const MAX_RESULTS = 256 * 1024 * 1024;

/**
 * The record of this very task over this very content, its results back in the workspace. Whatever is wrong with one,
 * the task is run.
 */
export async function findRecord(
  { record, outputs }: TaskPlan,
  { identity }: Prepared,
  { probe, records, logger }: TaskPorts,
): Promise<{ readonly stored: StoredTask; readonly from: string } | undefined> {
  const found = await Promise.all(record.read.map(async (ref) => ({ ref, result: await probe.probe(ref) })));
  for (const { ref, result } of found) {
    if (result.state !== 'present' || result.digest === undefined) continue;
    try {
      const stored = await records.restore(`${identity.image}@${result.digest}`, record.key, outputs);
      return { stored, from: ref };
    } catch (error) {
      logger.warn(`the record ${ref} is of no use: ${(error as Error).message}`);
    }
  }
  return undefined;
}

/** Leaves a passed task's record where the trust tier may. @returns the tag; undefined where none was left */
export async function leaveRecord(
  plan: TaskPlan,
  prepared: Prepared,
  image: Candidate,
  end: TaskEnd,
  ports: Pick<TaskPorts, 'records' | 'logger' | 'clock'>,
): Promise<string | undefined> {
  const { write, key } = plan.record;
  if (write === undefined || image.doubt !== undefined) return undefined;
  const { records, logger, clock } = ports;
  const problem = incomplete(end);
  if (problem !== undefined) {
    logger.warn(`no record is left for this task: ${problem}`);
    return undefined;
  }
  const record: TaskRecord = {
    ...{ key, contentKey: prepared.skip.key, project: plan.project, stage: plan.stage, digest: image.digest },
    ...{ command: commandOf(plan), exitCode: end.exitCode, seconds: end.seconds },
    finished: new Date(clock.now()).toISOString(),
    outputs: end.paths,
  };
  try {
    await records.leave(write, record, end.log.bytes(plan.secrets), end.paths);
    return write;
  } catch (error) {
    logger.warn(`no record is left for this task: ${(error as Error).message}`);
    return undefined;
  }
}

/** All its words; one that holds a secret is as readable as the log. */
function commandOf({ settings, command, secrets }: TaskPlan): string[] {
  const { entrypoint } = settings;
  return [...(entrypoint === undefined ? [] : [entrypoint]), ...command].map((word) =>
    maskSecrets(word, secrets),
  );
}

/** A record stands for all that the task leaves, or for nothing. */
function incomplete({ missing, refused, bytes }: TaskEnd): string | undefined {
  if (missing.length > 0) return `it did not make ${missing.join(', ')}`;
  if (refused.length > 0) return `not all of its results could be copied (${refused[0]})`;
  return bytes > MAX_RESULTS ? `its results have ${bytes} bytes, more than ${MAX_RESULTS}` : undefined;
}
