import { DockerCacheError } from '../errors';
import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { leaveKey } from '../publish/promote';
import { verifyPush } from '../publish/verify';
import type { Ran } from '../report/text';
import { distinctSteps } from '../report/steps';
import type { BuildObserver } from '../ports/observer';
import { runBuild } from '../run/build';
import { doneOf } from './finish';
import { joinParts } from './join';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import type { Leaf, PlannedUnit, Unit } from './units';
import type { Done } from './write-receipt';

/** An image whose platforms are all there. */
export interface Parted {
  readonly prepared: Prepared;
  readonly plan: BuildPlan;
  /** In the order of the platforms. */
  readonly parts: readonly Done[];
  readonly observer: BuildObserver;
}

export interface Whole {
  readonly done: Done;
  readonly ran: Ran;
  readonly error: DockerCacheError | undefined;
}

/**
 * ④ What several platforms become once each is built, or proven unneeded: one index under the tags, the image in the
 * engine where that was asked for, and a key for all of it.
 */
export async function finishWhole(parted: Parted, ports: Ports, signal: AbortSignal): Promise<Whole> {
  const { plan, parts, prepared } = parted;
  const known = prepared.identity.output.push ? digestsOf(parts) : undefined;
  try {
    const joined =
      known === undefined ? undefined : await joinParts(prepared, known, ports.registry, { signal });
    const loaded = plan.output.load
      ? await runBuild(plan, { ...ports, observer: notesOf(parted.observer) }, signal)
      : undefined;
    const outcome = outcomeOf(parts, joined ?? loaded?.outcome.digest, loaded?.outcome.ok ?? true);
    const [publish, imageId] = await Promise.all([
      joined === undefined ? undefined : verifyPush(plan, joined, ports.probe),
      loaded?.outcome.ok === true ? ports.engine.imageId(plan.loadTags[0]!) : undefined,
      joined === undefined ? undefined : keyWhole(parted, joined, ports),
    ]);
    return wholeOf(parted, outcome, { publish, imageId, error: loaded?.error });
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return wholeOf(parted, outcomeOf(parts, undefined, false), {
      ...{ error, publish: undefined, imageId: undefined },
    });
  }
}

/** The steps were told when the parts ran them. */
function notesOf(observer: BuildObserver): BuildObserver {
  return { step: () => undefined, log: () => undefined, note: (text) => observer.note(text) };
}

/** undefined where a part has no digest, so that nothing can list it. */
function digestsOf(parts: readonly Done[]): string[] | undefined {
  const digests = parts.flatMap(({ outcome, skip }) => outcome?.digest ?? skip?.digest ?? []);
  return digests.length === parts.length ? digests : undefined;
}

/** The key of the whole image saves the next build from asking for each platform. */
async function keyWhole({ prepared, parts }: Parted, digest: string, ports: Ports): Promise<void> {
  if (parts.some((part) => part.prepared.content.obstacles.length > 0)) return;
  const failure = await leaveKey(prepared.identity.image, prepared.skip, digest, ports.registry);
  if (failure !== undefined) ports.logger.warn(`no key is left for this image: ${failure}`);
}

function outcomeOf(parts: readonly Done[], digest: string | undefined, ok: boolean): BuildOutcome {
  const outcomes = parts.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome]));
  return {
    ...{ ok, digest },
    steps: distinctSteps(outcomes),
    caches: outcomes.flatMap(({ caches }) => caches),
    seconds: Math.max(0, ...outcomes.map(({ seconds }) => seconds)),
    retried: outcomes.some(({ retried }) => retried),
    warnings: outcomes.flatMap(({ warnings }) => warnings),
    baseImages: outcomes.flatMap(({ baseImages }) => baseImages),
    triggers: outcomes.flatMap(({ triggers }) => triggers),
  };
}

function wholeOf(
  { prepared, plan, parts }: Parted,
  outcome: BuildOutcome,
  { publish, imageId, error }: Pick<Ran, 'publish'> & Pick<Done, 'imageId'> & Pick<Whole, 'error'>,
): Whole {
  const obstacles = parts.flatMap((part) => part.prepared.content.obstacles);
  const keyed = { ...prepared, content: { ...prepared.content, obstacles } };
  return {
    done: { prepared: keyed, outcome, skip: undefined, imageId, parts },
    // Its parts have told their steps and caches.
    ran: { plan, outcome: { ...outcome, steps: [], caches: [], warnings: [] }, publish },
    error,
  };
}

/** A run whose builds are over. */
export interface EndedRun {
  /** All of them, the skipped ones too. */
  readonly units: readonly Unit[];
  readonly needed: readonly PlannedUnit[];
  readonly leaves: readonly Leaf[];
  /** In the order of the leaves. */
  readonly built: readonly { readonly done: Done }[];
  readonly observer: BuildObserver;
}

/** What the run leaves of each unit; an image is only whole where each of its platforms is well. */
export async function finishWholes(
  { units, needed, leaves, built, observer }: EndedRun,
  last: Receipt | undefined,
  ports: Ports,
  signal: AbortSignal,
): Promise<{ done: [Done, ...Done[]]; ran: Ran[]; error: DockerCacheError | undefined }> {
  const made = new Map(leaves.map(({ prepared }, index) => [prepared, built[index]!.done]));
  const ends = await Promise.all(
    units.map(async (unit): Promise<Pick<Whole, 'done'> & Partial<Whole>> => {
      const plan = needed.find((one) => one.unit === unit)?.plan;
      if (unit.parts.length === 0 || plan === undefined)
        return { done: made.get(unit.prepared) ?? doneOf(unit, last) };
      const parts = unit.parts.map((part) => made.get(part.prepared) ?? doneOf(part, last));
      const isWell = parts.every(({ outcome }) => outcome?.ok !== false);
      const parted = { prepared: unit.prepared, plan, parts, observer };
      if (isWell) return finishWhole(parted, ports, signal);
      return { done: { ...doneOf(unit, last), outcome: outcomeOf(parts, undefined, false), parts } };
    }),
  );
  return {
    done: ends.map(({ done }) => done) as [Done, ...Done[]],
    ran: ends.flatMap(({ ran }) => ran ?? []),
    error: ends.find(({ error }) => error !== undefined)?.error,
  };
}
