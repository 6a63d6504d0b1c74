import type { DockerCacheError } from '../errors';
import { notRun, orphaned, type JointPorts, type RunBuild } from './bases';
import { interrupted, runBuild, type BuildRun } from './build';
import { runRound } from './joint-round';
import { engineFor, keptFor, wiredImages } from './kept';

export type { JointPorts, RunBuild } from './bases';

/**
 * Builds of one solve. The engine is busy with far fewer; each hears of every step that it shares with others, so a
 * solve of all 500 of a workspace costs a minute of listening alone.
 */
const AT_ONCE = 64;

/**
 * ③ Runs several plans of one builder as one solve, each with its own caches. One that fails takes only those with it
 * that read its image: the others go on in a second solve, whose finished steps are in the engine. Where a solve ends
 * and none of its builds is to blame, each is run by itself, so that a broken cache is found as in any other run.
 * @param onDone called for each build as soon as it is over
 * @returns in the order of the builds
 */
export async function runBuilds(
  builds: readonly RunBuild[],
  ports: JointPorts,
  signal: AbortSignal,
  onDone: (place: number, run: BuildRun) => void = () => undefined,
): Promise<readonly BuildRun[]> {
  const runs = new Map<number, BuildRun>();
  let lost: DockerCacheError | undefined;
  const settle = (place: number, run: BuildRun): void => {
    runs.set(place, run);
    onDone(place, run);
  };
  const alone = async (place: number): Promise<void> => {
    const { plan, observer } = builds[place]!;
    const stop = signal.aborted ? interrupted() : lost;
    const reason = orphaned(place, builds, runs) ?? (stop === undefined ? undefined : notRun(stop));
    const kept = keptFor([place], builds);
    const engine = engineFor(place, builds, kept, ports.engine);
    const run = reason ?? (await runBuild(plan, { ...ports, engine, observer }, signal));
    if (run.error?.code === 'NO_DAEMON') lost = run.error;
    const baseImages = [...run.outcome.baseImages, ...wiredImages(place, builds, runs, kept)];
    settle(place, { ...run, outcome: { ...run.outcome, baseImages } });
  };
  let left: readonly number[] = builds.map((_, place) => place);
  if (builds.some(({ plan }) => plan.cache.kind === 'inline')) {
    // A stage's inline cache is only read by its own build. In a joint one the target, which is the first, may execute
    // a step before that cache has come; after it, the engine knows the stage.
    for (const place of [...left.slice(1), ...left.slice(0, 1)]) await alone(place);
    left = [];
  }
  while (left.length > 1 && !signal.aborted && lost === undefined) {
    const later = left.slice(AT_ONCE);
    const round = await runRound(left.slice(0, AT_ONCE), builds, runs, ports, signal, settle);
    lost = round.lost;
    for (const place of round.suspects) await alone(place);
    if (lost === undefined && round.blamed === 0) {
      tell(round.left, builds, 'the joint build ended early; each is built by itself');
      for (const place of round.left) await alone(place);
    } else if (lost === undefined) {
      tell(round.left, builds, 'another build of this run failed; going on');
    }
    left = [...round.left, ...later].filter((place) => {
      if (runs.has(place)) return false;
      const orphan = orphaned(place, builds, runs);
      if (orphan !== undefined) settle(place, orphan);
      return orphan === undefined;
    });
  }
  for (const place of left) await alone(place);
  return builds.map((_, place) => runs.get(place)!);
}

function tell(places: readonly number[], builds: readonly RunBuild[], text: string): void {
  for (const observer of new Set(places.map((place) => builds[place]!.observer))) observer.note(text);
}
