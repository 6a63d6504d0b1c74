import type { EngineFacts } from '../model/facts';
import type { SkipOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { assemblePlan, sharingInline } from '../plan';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { withSent } from './sent';
import { trySkip } from './skip';
import { prepareStages, stagesForInline } from './stages';

/** One image of a run: the target, or a stage beside it. */
export interface Unit {
  readonly prepared: Prepared;
  readonly skip: SkipOutcome | undefined;
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
  return Promise.all(all.map(async (prepared) => ({ prepared, skip: await trySkip(prepared, last, ports) })));
}

export function planWith(prepared: Prepared, engine: EngineFacts, ports: Ports): Promise<BuildPlan> {
  const { options, facts, identity, skip } = prepared;
  return withSent(assemblePlan(options, facts, identity, engine, skip), prepared, ports);
}

/** Plans of what has to be built; those of the others are asked for what they read. */
export async function plansOf(
  units: readonly Unit[],
  engine: EngineFacts,
  ports: Ports,
): Promise<{ readonly prepared: Prepared; readonly plan: BuildPlan }[]> {
  const all = await Promise.all(
    units.map(async (unit) => ({ ...unit, plan: await planWith(unit.prepared, engine, ports) })),
  );
  const absent = all.filter(({ skip }) => skip !== undefined).map(({ plan }) => plan);
  return all
    .filter(({ skip }) => skip === undefined)
    .map(({ prepared, plan }) => ({ prepared, plan: sharingInline(plan, absent) }));
}
