import { timesRef } from '../plan';
import type { Ports } from './ports';
import type { PlannedUnit, Unit } from './units';

/**
 * Leaves for other agents what a build has cost that was pushed. Only CI's: a laptop's engine has everything, and its
 * times say nothing of an agent's. A registry that takes no such thing is asked again by the next build; nobody misses it.
 */
export async function leaveTime(
  [main]: readonly Unit[],
  needed: readonly PlannedUnit[],
  seconds: number,
  { times }: Pick<Ports, 'times'>,
): Promise<void> {
  // What only a stage beside it took is not the time of the build.
  if (main === undefined || !needed.some(({ unit }) => unit === main)) return;
  const { identity, facts, options } = main.prepared;
  // Nor is what one of several platforms took, which agents build side by side.
  if (options.platforms.length < identity.platforms.length) return;
  if (!facts.source.ci || !identity.output.push || identity.trust.tier === 'untrusted') return;
  await times.leave(timesRef(identity.image, facts.project.target), seconds).catch(() => undefined);
}
