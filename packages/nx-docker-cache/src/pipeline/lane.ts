import { externalImages, familiar, reachableStages } from '../dockerfile';
import type { EngineFacts } from '../model/facts';
import type { BuildObserver } from '../ports/observer';
import { explainBuild } from '../report/explain';
import { LiveReport } from '../report/live';
import { formatHeading } from '../report/text';
import { limiter } from '../run/bounded';
import type { BuildRun } from '../run/build';
import { runBuilds, type RunBuild } from '../run/joint';
import { roundSize } from '../run/rounds';
import type { Begun } from './begin';
import type { EndedJob } from './conclude';
import { namesOf } from './made-images';
import type { Ports } from './ports';
import type { Prepared } from './prepare';
import { inlineUnits, plansOf, type Leaf, type PlannedUnit, type Unit } from './units';

/** A begun build of a lane. */
export interface Job extends Begun {
  /** The world as this build sees and tells it. */
  readonly ports: Ports;
}

export interface LaneEvents<One extends Job> {
  /** An image was made, or not; before all that reads it is over. */
  readonly onImage: (prepared: Prepared, run: BuildRun) => void;
  /** All images of a build are over. Those that follow do not wait for what this does. */
  readonly onJob: (job: One, ended: EndedJob) => Promise<void>;
}

/** Builds that are concluded at a time: each asks registries several things. */
const AT_ONCE = 8;

/** What a begun build asks of its builder. */
export interface Planned {
  readonly units: readonly Unit[];
  readonly needed: readonly PlannedUnit[];
  readonly leaves: readonly Leaf[];
  readonly observer: BuildObserver;
}

/**
 * ③ Runs the planned builds that one builder can run as one, in an order in which bases come first.
 * @param parallel builds of one solve at most; undefined where the engine decides
 */
export async function runLane<One extends Job & Planned>(
  jobs: readonly One[],
  engine: EngineFacts,
  ports: Pick<Ports, 'engine' | 'clock' | 'localCache' | 'probe'>,
  signal: AbortSignal,
  { onImage, onJob }: LaneEvents<One>,
  parallel?: number,
): Promise<void> {
  const entries = jobs.flatMap(({ leaves, observer }, job) =>
    leaves.map((leaf) => ({ ...leaf, job, observer })),
  );
  const places = new Map<string, number>();
  entries.forEach(({ prepared }, place) =>
    namesOf(prepared.identity).forEach((ref) => places.set(ref, place)),
  );
  const builds = entries.map(({ prepared, plan, observer, job }): RunBuild => {
    const bases = readsOf(prepared).flatMap((ref) => {
      const base = places.get(ref);
      return base === undefined || entries[base]!.job === job ? [] : [[ref, base] as const];
    });
    return { plan, bases: new Map(bases), observer };
  });
  const size = roundSize(engine.cpus, entries.some(merges), parallel);
  const since = ports.clock.now();
  const runs = new Map<number, BuildRun>();
  const limit = limiter(AT_ONCE);
  const concluded: Promise<void>[] = [];
  const endJob = (job: number, known: readonly BuildRun[]): void => {
    const { units, needed, leaves, observer, last } = jobs[job]!;
    const ended = { units, needed, leaves, observer, last, engine, since, runs: known };
    concluded.push(limit(() => onJob(jobs[job]!, ended)));
  };
  // Platforms that are all there have only to be put together.
  jobs.forEach(({ leaves }, job) => {
    if (leaves.length === 0) endJob(job, []);
  });
  await runBuilds(builds, ports, signal, size, (place, run) => {
    const { prepared, job } = entries[place]!;
    runs.set(place, run);
    onImage(prepared, run);
    const own = entries.flatMap((entry, at) => (entry.job === job ? [runs.get(at)] : []));
    const known = own.filter((one) => one !== undefined);
    if (known.length === own.length) endJob(job, known);
  });
  await Promise.all(concluded);
}

/** `COPY --link` makes layers that BuildKit merges. */
function merges({ prepared: { facts, options }, plan }: Leaf): boolean {
  if (plan.cache.to.length === 0) return false;
  const instructions = reachableStages(facts.files.parsed, options.target).flatMap(
    (stage) => stage.instructions,
  );
  return instructions.some(({ sources }) => sources.some(({ link }) => link));
}

/** ② @throws DockerCacheError for what only shows with the engine's answer at hand, or when the plan is complete */
export async function planJob(job: Job, engine: EngineFacts): Promise<Planned> {
  const { units: asked, last, ports } = job;
  const { logger } = ports;
  const { colors, columns } = logger;
  const units = [...asked, ...(await inlineUnits(asked, engine, last, ports))];
  const { needed, leaves } = await plansOf(units, engine, ports);
  const [first, ...others] = needed;
  const mode = first?.plan.progress ?? 'quiet';
  if (first !== undefined && mode !== 'quiet') {
    const why = explainBuild(last, first.unit.prepared.content);
    const beside = others.map(({ plan }) => plan);
    formatHeading(first.plan, colors, why, beside).forEach((line) => logger.line(line));
  }
  const observer = new LiveReport({ write: (line) => logger.line(line), colors, columns, mode });
  return { units, needed, leaves, observer };
}

/** Images that a build takes from elsewhere, in familiar form; the one that reads the Dockerfile is none of them. */
export function readsOf({ facts, options }: Pick<Prepared, 'facts' | 'options'>): string[] {
  return externalImages(facts.files.parsed, options.target).flatMap(({ image, digest, via }) =>
    image === undefined || digest !== undefined || via === 'syntax' ? [] : [familiar(image)],
  );
}
