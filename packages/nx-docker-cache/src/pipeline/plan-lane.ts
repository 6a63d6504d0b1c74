import { DockerCacheError } from '../errors';
import type { EngineFacts } from '../model/facts';
import { baseFailed, endsRun } from '../run/bases';
import { mapBounded } from '../run/bounded';
import { planJob, type Job, type Planned } from './lane';
import type { Subject } from './subjects';

/** Builds that are planned at a time: each asks registries several things. */
const AT_ONCE = 8;

/**
 * ② Plans the builds of a lane. One that cannot be planned takes only those with it that need it, as one whose step
 * fails does.
 * @param jobs bases first
 * @param fail called for each that has no plan, in the order of the jobs
 * @returns those that have one, in the order of the jobs
 */
export async function planLane<One extends Job & { readonly subject: Subject }>(
  jobs: readonly One[],
  engine: EngineFacts,
  fail: (job: One, error: DockerCacheError) => void,
): Promise<readonly (One & Planned)[]> {
  const plans = await mapBounded(jobs, AT_ONCE, async (job) => {
    try {
      return await planJob(job, engine);
    } catch (thrown) {
      if (thrown instanceof DockerCacheError) return thrown;
      throw thrown;
    }
  });
  const failed = new Map<string, DockerCacheError>();
  return jobs.flatMap((job, index) => {
    const plan = plans[index]!;
    const error = failedNeed(job.subject, (need) => failed.get(need)) ?? plan;
    if (!(error instanceof DockerCacheError)) return [{ ...job, ...error }];
    failed.set(job.subject.request.id, error);
    fail(job, error);
    return [];
  });
}

/** The end of a build where what it needs has failed. */
export function failedNeed(
  { order, request }: Subject,
  errorOf: (id: string) => DockerCacheError | undefined,
): DockerCacheError | undefined {
  for (const need of new Set([...order.needs, ...(request.after ?? [])])) {
    const error = errorOf(need);
    if (error === undefined) continue;
    const [ref] = [...order.bases].find(([, base]) => base === need) ?? [];
    return endsRun(error) ? error : baseFailed(request.id, need, ref, error);
  }
  return undefined;
}
