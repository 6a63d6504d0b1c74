import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { EngineFacts } from '../model/facts';
import type { Receipt } from '../model/receipt';
import { verifyPush } from '../publish/verify';
import type { Ran } from '../report/text';
import type { BuildRun } from '../run/build';
import { pruneLocalCache } from './local-cache';
import { isPending } from './made-images';
import { withContent } from './parts';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { keyBuild } from './prove';
import type { Unit } from './units';
import type { Done } from './write-receipt';

/** A build that the builder is done with. */
export interface Ended {
  readonly prepared: Prepared;
  readonly plan: BuildPlan;
  readonly run: BuildRun;
  readonly engine: EngineFacts;
  /** When the builder was started, in ms since 1970. */
  readonly since: number;
}

/**
 * ④ What follows a build that ended well: its tags are verified, its key is left, its image's id is read.
 * @param before sees the images of this run as they were known when the build began
 * @param ports see them as they are now
 */
export async function finish(
  { prepared, plan, run, ...at }: Ended,
  before: Ports,
  ports: Ports,
): Promise<{ done: Done; ran: Ran }> {
  const { outcome } = run;
  const [loaded] = plan.loadTags;
  const settled = outcome.ok ? await settleKey(prepared, before, ports) : prepared;
  const [publish, unproven, imageId] = await (outcome.ok
    ? Promise.all([
        plan.output.push ? verifyPush(plan, outcome.digest, ports.probe) : undefined,
        settled === undefined ? CHANGED : keyBuild(settled, { outcome, ...at }, ports),
        loaded === undefined ? undefined : ports.engine.imageId(loaded),
        pruneLocalCache(plan, ports),
        rememberRefusal(plan, outcome, ports),
      ])
    : []);
  const known = settled ?? prepared;
  const keyed = unproven === undefined ? known : withObstacle(known, unproven);
  return {
    done: { prepared: keyed, outcome, skip: undefined, imageId, parts: [] },
    ran: { plan, outcome, publish },
  };
}

/** Agents forget: a tag tells later builds that this registry takes no cache manifests. Without it they find out anew. */
async function rememberRefusal(
  { image, cache }: BuildPlan,
  { digest, warnings }: BuildOutcome,
  { registry, probe, logger }: Ports,
): Promise<void> {
  const isRefused = warnings.some(({ code }) => code === 'CACHE_REFUSED');
  if (!isRefused || cache.refusal === undefined || digest === undefined) return;
  const known = await Promise.all([...cache.from, ...cache.to].map(({ ref }) => probe.probe(ref)));
  // A registry that once took a cache only stumbled.
  if (known.some(({ state }) => state === 'present')) return;
  try {
    await registry.promote(`${image}@${digest}`, [cache.refusal]);
  } catch (error) {
    logger.warn(`${cache.refusal} is not left: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const CHANGED = 'what it reads changed while it ran';

/**
 * The build with the key that it has now that its bases are made; undefined where anything but them is not what it was
 * when the build began.
 */
async function settleKey(prepared: Prepared, before: Ports, after: Ports): Promise<Prepared | undefined> {
  if (!isPending(prepared)) return prepared;
  const read = (ports: Ports, builds: boolean): Promise<Prepared> =>
    withContent(prepared, ports, { beside: false, builds });
  try {
    const again = await read(before, false);
    return again.content.key === prepared.content.key ? await read(after, true) : undefined;
  } catch {
    // What cannot be read any more has changed as well.
    return undefined;
  }
}

/** A receipt whose key proves nothing says so, or a later build would believe it. */
function withObstacle(prepared: Prepared, reason: string): Prepared {
  return { ...prepared, content: { ...prepared.content, obstacles: [{ line: undefined, reason }] } };
}

/** What a build that was not needed leaves in the receipt. */
export function doneOf({ prepared, skip, parts }: Unit, last: Receipt | undefined): Done {
  return {
    prepared,
    skip,
    outcome: undefined,
    imageId: idBefore(prepared, last),
    parts: parts.map((part) => doneOf(part, last)),
  };
}

/** The id that the last receipt has of a loaded image that is still the one. */
function idBefore({ identity, skip }: Prepared, last: Receipt | undefined): string | undefined {
  if (!identity.output.load) return undefined;
  return last?.stages.find(({ contentKey }) => contentKey === skip.key)?.imageId;
}
