import type { DockerCacheError } from '../errors';
import type { BuildPlan } from '../model/plan';
import type { EngineJointBuild } from '../ports/engine';
import { argvWith } from './argv';
import { orphaned, type JointPorts, type RunBuild } from './bases';
import { mapBounded } from './bounded';
import { failedRun, interrupted, runOutcome, type BuildRun } from './build';
import { chooseCaches, type ChosenCaches } from './caches';
import { claimFolders } from './claims';
import { ExportWatch } from './exports';
import { engineRace, failureOf, stepKilled, suspectCaches, wasKilled, type FailedRun } from './failure';
import { StepFeed } from './feed';
import { keptBuild, keptFor, wiredImages, wiringOf } from './kept';
import { engineLost } from './lost';
import { SharedObserver } from './shared-observer';
import { StallWatch, type Stall } from './stall';
import { StepTracker } from './steps';
import { ownWork, type WorkSpan } from './work';

/** Builds that ask a registry for their caches at a time; each asks for several. */
const ASKING = 8;

/** What a round leaves; what it finished or gave up was settled. Places in the list of builds. */
export interface RoundEnd {
  /** What may have died of its caches, or of what ran beside it: to be run by itself, which finds out. */
  readonly suspects: readonly number[];
  /** What was going well, or waiting. */
  readonly left: readonly number[];
  /** How many of the builds were the reason for a bad end; 0 where none is known to be. */
  readonly blamed: number;
  /** What the suspects and those left have done so far, which the engine keeps; by place. */
  readonly work: ReadonlyMap<number, readonly WorkSpan[]>;
  /** true where the builder's client, or a step, was killed from outside, as where memory is short. */
  readonly killed: boolean;
  /** Why nothing more can be built. */
  readonly lost?: DockerCacheError;
}

const NOTHING_LEFT: RoundEnd = { suspects: [], left: [], blamed: 0, work: new Map(), killed: false };

interface Member {
  readonly place: number;
  readonly plan: BuildPlan;
  readonly argv: readonly string[];
  readonly chosen: ChosenCaches;
  readonly tracker: StepTracker;
  readonly feed: StepFeed;
  readonly watch: StallWatch;
  readonly exports: ExportWatch;
}

/** One solve of the builds at these places. */
export async function runRound(
  places: readonly number[],
  builds: readonly RunBuild[],
  runs: ReadonlyMap<number, BuildRun>,
  ports: JointPorts,
  signal: AbortSignal,
  settle: (place: number, run: BuildRun) => void,
): Promise<RoundEnd> {
  const started = ports.clock.now();
  const claims = await mapBounded(places, ASKING, async (place) => {
    const { plan } = builds[place]!;
    return claimFolders(await chooseCaches(plan, ports), plan.workspaceRoot, ports);
  });
  const giveUp = new AbortController();
  const stalls = new Map<number, Stall>();
  const members = membersOf(places, builds, claims, ports, (place, stall) => {
    stalls.set(place, stall);
    giveUp.abort();
  });
  const kept = keptFor(places, builds);
  const solved = [...places, ...kept];
  const text: string[] = [];
  const end = (member: Member, digest: string | undefined, error: BuildRun['error']): void => {
    const { plan, chosen, tracker, place } = member;
    const seconds = (ports.clock.now() - started) / 1000;
    const ok = error === undefined;
    const outcome = runOutcome({ plan, chosen, tracker, ok, digest, seconds, retried: false });
    member.watch.end();
    member.feed.end();
    const baseImages = [...outcome.baseImages, ...wiredImages(place, builds, runs, solved)];
    const work = ownWork(place, members, builds);
    settle(place, { outcome: { ...outcome, baseImages }, error, work, killed: false });
  };
  /** Settles what has left all that it was asked for, bases first. */
  const harvest = (): void => {
    for (const member of members) {
      const digest = member.exports.digest();
      if (digest === undefined || runs.has(member.place)) continue;
      if (basesIn(member.place, builds, places).every((base) => runs.get(base)?.outcome.ok === true))
        end(member, digest, undefined);
    }
  };
  try {
    const { exitCode, digests } = await ports.engine.buildJointly({
      builds: [
        ...members.map(({ place, plan, argv, tracker, feed, watch, exports }): EngineJointBuild => ({
          argv,
          ignore: plan.ignore,
          bases: wiringOf(builds[place]!, solved),
          onEvent: (event) => {
            watch.event(event);
            tracker.add(event);
            feed.event(event);
            const known = exports.digest();
            exports.add(event);
            if (known === undefined && exports.digest() !== undefined) harvest();
          },
        })),
        ...kept.map((place) => keptBuild(builds[place]!, solved)),
      ],
      cwd: builds[places[0]!]!.plan.workspaceRoot,
      signal: AbortSignal.any([signal, giveUp.signal]),
      onText: (line) => {
        text.push(line);
        if (text.length > TEXT_KEPT) text.shift();
      },
    });
    harvest();
    const open = members.filter(({ place }) => !runs.has(place));
    if (exitCode === 0) {
      for (const member of open) end(member, digests[members.indexOf(member)], undefined);
      return NOTHING_LEFT;
    }
    if (signal.aborted) {
      for (const member of open) end(member, undefined, interrupted());
      return NOTHING_LEFT;
    }
    const failures = new Map(
      open.map(({ place, tracker }) => [place, failedRun(tracker, text, exitCode, stalls.get(place))]),
    );
    const idle = open.find(({ place }) => failures.get(place)!.failed.length === 0);
    const lost =
      idle === undefined
        ? undefined
        : await engineLost(
            { ...failures.get(idle.place)!, reached: members.some(({ tracker }) => tracker.hasBegun()) },
            idle.plan,
            ports.engine,
          );
    if (lost !== undefined) {
      for (const member of open) {
        const orphan = orphaned(member.place, builds, runs);
        const failure = failures.get(member.place)!;
        if (orphan !== undefined) settle(member.place, orphan);
        else end(member, undefined, failure.failed.length > 0 ? failureOf(failure, member.plan) : lost);
      }
      return { ...NOTHING_LEFT, lost };
    }
    const suspects: number[] = [];
    const left: number[] = [];
    let killed = wasKilled(exitCode) && stalls.size === 0;
    let blamed = 0;
    for (const member of open) {
      const orphan = orphaned(member.place, builds, runs);
      const failure = failures.get(member.place)!;
      if (orphan !== undefined) settle(member.place, orphan);
      else if (failure.failed.length === 0 && failure.stall === undefined) left.push(member.place);
      else if (waitsFor(member.place, builds, suspects)) left.push(member.place);
      else {
        blamed++;
        const own: FailedRun = failure.failed.length > 0 ? { ...failure, text: [] } : failure;
        const caches = suspectCaches(own, member.chosen);
        const hasKilled = stepKilled(own);
        killed ||= hasKilled;
        if (hasKilled) builds[member.place]!.observer.note('a step was killed; once more by itself');
        const isInnocent = hasKilled || engineRace(own) !== undefined;
        if (caches.from.length + caches.to.length > 0 || isInnocent) suspects.push(member.place);
        else end(member, undefined, failureOf(own, member.plan));
      }
    }
    const work = new Map([...suspects, ...left].map((place) => [place, ownWork(place, members, builds)]));
    return { suspects, left, blamed, work, killed };
  } finally {
    members.forEach(({ watch, feed }) => {
      watch.end();
      feed.end();
    });
    await Promise.all(claims.map(({ release }) => release()));
  }
}

/** Lines of buildx's own words that are kept; the last ones say why it ended. */
const TEXT_KEPT = 200;

function membersOf(
  places: readonly number[],
  builds: readonly RunBuild[],
  claims: readonly { readonly chosen: ChosenCaches }[],
  { clock }: JointPorts,
  onStall: (place: number, stall: Stall) => void,
): Member[] {
  const shared = new Map<RunBuild['observer'], SharedObserver>();
  return places.map((place, index) => {
    const { plan, observer } = builds[place]!;
    const { chosen } = claims[index]!;
    const tracker = new StepTracker();
    const group = shared.get(observer) ?? new SharedObserver(observer);
    shared.set(observer, group);
    const feed = new StepFeed(tracker, group.one(), clock);
    const watch = new StallWatch(tracker, clock, (stall) => {
      if (chosen[stall].length > 0) onStall(place, stall);
    });
    const argv = argvWith(plan, chosen.from, chosen.to);
    return { place, plan, argv, chosen, tracker, feed, watch, exports: new ExportWatch(argv) };
  });
}

/** Places of the bases that are built in the same solve. */
function basesIn(place: number, builds: readonly RunBuild[], places: readonly number[]): number[] {
  return [...builds[place]!.bases.values()].filter((base) => places.includes(base));
}

/** true where a failed step may be that of a base, which is looked at anew. */
function waitsFor(place: number, builds: readonly RunBuild[], suspects: readonly number[]): boolean {
  return [...builds[place]!.bases.values()].some((base) => suspects.includes(base));
}
