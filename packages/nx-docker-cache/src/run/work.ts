import type { RunBuild } from './bases';
import type { StepTracker } from './steps';

/** A step of a build, or an export, from start to end: milliseconds of the builder's clock. */
export interface WorkSpan {
  readonly from: number;
  readonly to: number;
  /** Builds of the run that have this step, this one included: each answers for its part. 1 or more. */
  readonly sharers: number;
}

/**
 * What a build costs: the time in which something of its own ran. Where only steps ran that others have too, the time is
 * divided among them, so that builds that share a step cost together what they take together, and none of them looks
 * heavier than its neighbours.
 */
export function busySeconds(spans: readonly WorkSpan[]): number {
  const edges = spans
    .flatMap(({ from, to, sharers }) => [
      { at: from, sharers, change: 1 },
      { at: to, sharers, change: -1 },
    ])
    .sort((left, right) => left.at - right.at);
  /** How many steps run now, by how many have them. */
  const running = new Map<number, number>();
  let sum = 0;
  let since = 0;
  for (const { at, sharers, change } of edges) {
    if (running.size > 0) sum += (at - since) / Math.min(...running.keys());
    const count = (running.get(sharers) ?? 0) + change;
    if (count === 0) running.delete(sharers);
    else running.set(sharers, count);
    since = at;
  }
  return Math.round(sum) / 1000;
}

/** The work of a build that was run by itself. */
export function aloneWork(tracker: StepTracker): WorkSpan[] {
  return tracker.spans().map(({ from, to }) => ({ from, to, sharers: 1 }));
}

/** A build of a solve, and what the builder told of it. */
interface Solved {
  readonly place: number;
  readonly tracker: StepTracker;
}

/**
 * The work of one build of a solve. A builder tells the steps of a base to all that is built on it: they are the base's.
 * Builds that tell the same observer are images of one project, which shares a step with itself only.
 */
export function ownWork(place: number, solved: readonly Solved[], builds: readonly RunBuild[]): WorkSpan[] {
  const trackers = new Map(solved.map((one) => [one.place, one.tracker]));
  const isOwn = (at: number, digest: string): boolean =>
    basesOf(at, builds).every((base) => trackers.get(base)?.nameOf(digest) === undefined);
  return (trackers.get(place)?.spans() ?? []).flatMap(({ digest, from, to }) => {
    if (!isOwn(place, digest)) return [];
    const owners = solved.filter(
      (other) => other.tracker.nameOf(digest) !== undefined && isOwn(other.place, digest),
    );
    return { from, to, sharers: new Set(owners.map((owner) => builds[owner.place]!.observer)).size };
  });
}

/** Places of all that a build stands on. */
function basesOf(place: number, builds: readonly RunBuild[]): number[] {
  const bases = [...builds[place]!.bases.values()];
  return [...bases, ...bases.flatMap((base) => basesOf(base, builds))];
}
