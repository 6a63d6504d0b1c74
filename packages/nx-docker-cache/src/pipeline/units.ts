import type { EngineFacts } from '../model/facts';
import type { SkipOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import type { Skipped } from '../report/text';
import { assemblePlan, refusalOf, sharingInline } from '../plan';
import { joinSkipped } from './join';
import { pulling } from './local-bases';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { withSent } from './sent';
import { trySkip } from './skip';
import { prepareStages, stagesForInline } from './stages';

/** One image of a run: the target, or a stage beside it. */
export interface Unit {
  readonly prepared: Prepared;
  readonly skip: SkipOutcome | undefined;
  /** One for each platform, where there are several and the image is not there as a whole. */
  readonly parts: readonly Unit[];
}

/** A unit that is not skipped, with its plan; the plans of its parts are in there, in their order. */
export interface PlannedUnit {
  readonly unit: Unit;
  readonly plan: BuildPlan;
}

/** What the builder is asked for. */
export interface Leaf {
  readonly prepared: Prepared;
  readonly plan: BuildPlan;
}

/** Only an engine that was asked can say that nothing but an inline cache works. */
export async function inlineUnits(
  [main]: readonly Unit[],
  engine: EngineFacts,
  last: Receipt | undefined,
  ports: Ports,
): Promise<Unit[]> {
  if (main === undefined) return [];
  const names = stagesForInline(main.prepared);
  if (names.length === 0 || (await planWith(main.prepared, engine, ports)).cache.kind !== 'inline') return [];
  return unitsOf(await prepareStages(main.prepared, ports, true, names), last, ports);
}

/** What is proven unneeded is done at once. */
export function unitsOf(all: readonly Prepared[], last: Receipt | undefined, ports: Ports): Promise<Unit[]> {
  return Promise.all(all.map((prepared) => unitOf(prepared, last, ports)));
}

async function unitOf(prepared: Prepared, last: Receipt | undefined, ports: Ports): Promise<Unit> {
  const { identity, options } = prepared;
  // Of an image that another agent completes the parts are wanted, under their own tags.
  const isComplete = options.platforms.length === identity.platforms.length || prepared.parts.length === 0;
  const skip = isComplete ? await trySkip(prepared, last, ports) : undefined;
  if (skip !== undefined) return { prepared, skip, parts: [] };
  const parts = await unitsOf(prepared.parts, last, ports);
  return { prepared, parts, skip: await joinSkipped(prepared, parts, ports) };
}

export async function planWith(prepared: Prepared, engine: EngineFacts, ports: Ports): Promise<BuildPlan> {
  const { facts, identity, skip } = prepared;
  const options = await pulling(prepared, engine, ports);
  const refusal = refusalOf(options, facts, identity, engine);
  const [parts, told] = await Promise.all([
    Promise.all(prepared.parts.map((part) => planWith(part, engine, ports))),
    refusal === undefined ? undefined : ports.probe.probeOnce(refusal),
  ]);
  const refused = told?.state === 'present';
  return withSent(assemblePlan(options, facts, identity, engine, skip, parts, refused), prepared, ports);
}

/** Plans of what has to be built; those of the others are asked for what they read. */
export async function plansOf(
  units: readonly Unit[],
  engine: EngineFacts,
  ports: Ports,
): Promise<{ readonly needed: readonly PlannedUnit[]; readonly leaves: readonly Leaf[] }> {
  const all = await Promise.all(
    units.map(async (unit) => ({ unit, plan: await planWith(unit.prepared, engine, ports) })),
  );
  const [needed, absent] = [all.filter(isNeeded), all.filter((one) => !isNeeded(one))];
  const leaves = needed.flatMap(leavesOf);
  const unneeded = [...absent.flatMap(leavesOf), ...leaves.filter((leaf) => !isNeeded(leaf))];
  return {
    needed,
    leaves: leaves.filter(isNeeded).map(({ unit, plan }) => ({
      prepared: unit.prepared,
      plan: sharingInline(plan, unneeded.map((other) => other.plan).filter(isFor(plan.platforms.join()))),
    })),
  };
}

function isNeeded({ unit }: PlannedUnit): boolean {
  return unit.skip === undefined;
}

function isFor(platform: string): (plan: BuildPlan) => boolean {
  return ({ platforms }) => platforms.join() === platform;
}

/** A unit of several platforms is its parts; one that was skipped as a whole has their plans all the same. */
function leavesOf({ unit, plan }: PlannedUnit): PlannedUnit[] {
  if (plan.parts.length === 0) return [{ unit, plan }];
  return plan.parts.map((part, index) => ({ unit: unit.parts[index] ?? unit, plan: part }));
}

/** What was not needed: images as a whole, else those of their platforms. */
export function skippedOf(units: readonly Unit[]): Skipped[] {
  return units.flatMap(({ prepared, skip, parts }) =>
    skip === undefined ? skippedOf(parts) : [{ key: prepared.skip.key, skip }],
  );
}
