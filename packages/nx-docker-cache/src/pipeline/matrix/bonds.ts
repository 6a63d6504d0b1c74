import type { JudgedBuild } from '../../affected';
import type { Needs } from './needs';
import type { Settled } from './settled';

/** For each build of a plan those that have to be on its agent, before it. */
export type Bonds = ReadonlyMap<JudgedBuild, readonly JudgedBuild[]>;

export async function bondsOf(
  builds: readonly JudgedBuild[],
  needs: Needs,
  settled: Settled,
): Promise<Bonds> {
  const plan = new Set(builds);
  const bonds = new Map<JudgedBuild, JudgedBuild[]>();
  for (const build of builds) {
    const bound = new Set<JudgedBuild>();
    for (const need of needs.within(plan, build)) if (await settled.binds(need)) bound.add(need.on);
    bonds.set(build, [...bound]);
  }
  return bonds;
}

/** All that a build stands on within its bonds. */
export function standsOn(build: JudgedBuild, bonds: Bonds): JudgedBuild[] {
  const seen = new Set([build]);
  for (const one of seen) bonds.get(one)?.forEach((need) => seen.add(need));
  return [...seen].slice(1);
}
