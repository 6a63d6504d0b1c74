import type { DockerCacheError } from '../errors';
import { APART, runApart } from './apart';
import { notRun, orphaned, type JointPorts, type RunBuild } from './bases';
import { interrupted, runBuild, type BuildRun } from './build';
import { runRound } from './joint-round';
import { engineFor, keptFor, wiredImages } from './kept';
import { Rounds } from './rounds';
import type { WorkSpan } from './work';

export type { JointPorts, RunBuild } from './bases';

/**
 * ③ Runs several plans of one builder as one solve, each with its own caches. One that fails takes only those with it
 * that read its image: the others go on in a second solve, whose finished steps are in the engine. Where that ends with
 * a failure too, those that are left are run by themselves, several at a time: each failure would end a solve of all.
 * Where a solve ends and none of its builds is known to be to blame, what it left is run in halves, at last each by itself, so that a broken
 * cache is found as in any other run.
 * @param atOnce builds of one solve at most
 * @param onDone called for each build as soon as it is over
 * @returns in the order of the builds
 */
export async function runBuilds(
  builds: readonly RunBuild[],
  ports: JointPorts,
  signal: AbortSignal,
  atOnce: number,
  onDone: (place: number, run: BuildRun) => void = () => undefined,
): Promise<readonly BuildRun[]> {
  const runs = new Map<number, BuildRun>();
  const before = new Map<number, readonly WorkSpan[]>();
  let lost: DockerCacheError | undefined;
  const settle = (place: number, run: BuildRun): void => {
    const whole = { ...run, work: [...(before.get(place) ?? []), ...run.work] };
    runs.set(place, whole);
    onDone(place, whole);
  };
  const attempt = async (place: number): Promise<BuildRun> => {
    const { plan, observer } = builds[place]!;
    const stop = signal.aborted ? interrupted() : lost;
    const reason = orphaned(place, builds, runs) ?? (stop === undefined ? undefined : notRun(stop));
    const kept = keptFor([place], builds);
    const engine = engineFor(place, builds, kept, ports.engine);
    const run = reason ?? (await runBuild(plan, { ...ports, engine, observer }, signal));
    if (run.error?.code === 'NO_DAEMON') lost = run.error;
    const baseImages = [...run.outcome.baseImages, ...wiredImages(place, builds, runs, kept)];
    return { ...run, outcome: { ...run.outcome, baseImages } };
  };
  const alone = async (place: number): Promise<void> => settle(place, await attempt(place));
  if (builds.some(({ plan }) => plan.cache.kind === 'inline')) {
    // A stage's inline cache is only read by its own build. In a joint one the target, which is the first, may execute
    // a step before that cache has come; after it, the engine knows the stage.
    for (const place of [...builds.keys()].slice(1)) await alone(place);
    await alone(0);
    return builds.map((_, place) => runs.get(place)!);
  }
  const rounds = new Rounds(builds.length, atOnce);
  let failing = 0;
  const isOpen = (place: number): boolean => {
    if (runs.has(place)) return false;
    const orphan = orphaned(place, builds, runs);
    if (orphan !== undefined) settle(place, orphan);
    return orphan === undefined;
  };
  for (let places = rounds.next(isOpen); places.length > 0; places = rounds.next(isOpen)) {
    if (places.length === 1 || signal.aborted || lost !== undefined) {
      for (const place of places) await alone(place);
      continue;
    }
    const round = await runRound(places, builds, runs, ports, signal, settle);
    lost = round.lost;
    for (const [place, work] of round.work) before.set(place, [...(before.get(place) ?? []), ...work]);
    for (const place of round.suspects) await alone(place);
    if (round.killed) rounds.shrink(places.length);
    if (round.blamed > 0) failing++;
    if (round.left.length === 0) continue;
    if (round.blamed > 0 && failing >= JOINT_FAILURES && lost === undefined) {
      const size = Math.min(APART, rounds.size);
      tell(round.left, builds, `builds of this run fail; the others go on by themselves, ${size} at a time`);
      await runApart(round.left, builds, size, attempt, settle);
    } else if (round.blamed > 0) {
      rounds.goOn(round.left);
      if (lost === undefined) tell(round.left, builds, 'another build of this run failed; going on');
    } else {
      const size = rounds.halve(round.left, places.length);
      const how = size === 1 ? 'each is built by itself' : `going on with ${size} at a time`;
      tell(round.left, builds, `the joint build ${round.killed ? 'was killed' : 'ended early'}; ${how}`);
    }
  }
  return builds.map((_, place) => runs.get(place)!);
}

/** Solves of a run that may end with the failure of a build, before those that are left are run by themselves. */
const JOINT_FAILURES = 2;

function tell(places: readonly number[], builds: readonly RunBuild[], text: string): void {
  for (const observer of new Set(places.map((place) => builds[place]!.observer))) observer.note(text);
}
