import { DockerCacheError } from '../errors';
import type { WorkspaceProject } from '../ports/workspace';
import { limiter, mapBounded } from '../run/bounded';
import { interrupted } from '../run/build';
import { begin } from './begin';
import { conclude } from './conclude';
import { Engines } from './engines';
import { runLane, type Job, type LaneEvents } from './lane';
import { MadeImages } from './made-images';
import { parallelOf } from './parallel';
import { failedNeed, planLane } from './plan-lane';
import type { Ports } from './ports';
import { NOTHING, type BuildResult } from './result';
import { readSubjects, type BuildRequest, type Subject } from './subjects';
import { waveOf } from './waves';

export type { BuildRequest } from './subjects';

/** Projects that ask a registry at a time, each a question or two: more than that wait for answers from afar. */
const AT_ONCE = 16;
/** Lanes of a builder at a time: each has a buildx of its own, and solves what cannot be solved beside others. */
const LANES = 4;

/**
 * The whole story of several projects: what is proven unneeded is done first, the rest is one run for each builder.
 * Every build has its own result, told as soon as it is known; one that fails takes only those with it that need it.
 * @param onDone called once for each request
 * @param parallel builds of one solve at most; undefined where the environment or the engine decides
 * @returns in the order of the requests
 * @throws DockerCacheError CONFLICTING_PLAN, IMAGE_CYCLE, INVALID_OPTIONS, before anything is built
 */
export async function buildProjects(
  requests: readonly BuildRequest[],
  ports: Ports,
  signal: AbortSignal,
  onDone: (id: string, result: BuildResult) => void = () => undefined,
  parallel = parallelOf(ports),
): Promise<readonly BuildResult[]> {
  const onEnd = (id: string, ended: Ended): void => {
    const result = resultOf(ended);
    if (result !== undefined) onDone(id, result);
  };
  const run = new ProjectsRun(requests, ports, signal, onEnd, parallel);
  const ended = await run.all();
  return ended.map((one) => {
    const result = resultOf(one);
    if (result === undefined) throw (one as Thrown).thrown;
    return result;
  });
}

/**
 * The same of one project. A failed build is a result, reported before it is returned; bad input is thrown before
 * anything is done.
 * @throws DockerCacheError
 */
export async function buildProject(
  project: WorkspaceProject,
  ports: Ports,
  signal: AbortSignal,
): Promise<BuildResult> {
  const request = { id: project.name, project };
  const run = new ProjectsRun([request], ports, signal, () => undefined, parallelOf(ports));
  const [ended] = await run.all();
  if (ended === undefined || 'thrown' in ended) throw ended?.thrown;
  return ended;
}

interface Thrown {
  readonly thrown: unknown;
}
type Ended = BuildResult | Thrown;

/** undefined for what only a bug throws. */
function resultOf(ended: Ended): BuildResult | undefined {
  if (!('thrown' in ended)) return ended;
  return ended.thrown instanceof DockerCacheError
    ? { ...NOTHING, ok: false, error: ended.thrown }
    : undefined;
}

interface SubjectJob extends Job {
  readonly subject: Subject;
  /** true where the build is over, and is run once more for one that reads it. */
  readonly again: boolean;
}

class ProjectsRun {
  readonly #requests: readonly BuildRequest[];
  readonly #ports: Ports;
  readonly #signal: AbortSignal;
  readonly #onEnd: (id: string, ended: Ended) => void;
  readonly #parallel: number | undefined;
  readonly #ended = new Map<string, Ended>();
  readonly #made = new MadeImages();
  readonly #engines: Engines;
  /** All that were understood, bases first. */
  #subjects: readonly Subject[] = [];

  constructor(
    requests: readonly BuildRequest[],
    ports: Ports,
    signal: AbortSignal,
    onEnd: (id: string, ended: Ended) => void,
    parallel: number | undefined,
  ) {
    this.#requests = requests;
    // One checkout, so one answer.
    const source = ports.source.facts();
    source.catch(() => undefined);
    this.#ports = { ...ports, source: { facts: () => source } };
    this.#signal = signal;
    this.#onEnd = onEnd;
    this.#parallel = parallel;
    this.#engines = new Engines(ports.engine);
  }

  async all(): Promise<Ended[]> {
    this.#subjects = await readSubjects(this.#requests, this.#ports, this.#engines, (id, thrown) =>
      this.#end(id, { thrown }),
    );
    let waiting = this.#subjects;
    while (waiting.length > 0) {
      const wave = waveOf(waiting, this.#ended);
      await this.#wave(wave);
      waiting = waiting.filter((subject) => !wave.includes(subject));
    }
    return this.#requests.map(({ id }) => this.#ended.get(id)!);
  }

  async #wave(wave: readonly Subject[]): Promise<void> {
    const begun = new Map<string, Promise<void>>();
    const jobs: SubjectJob[] = [];
    const limit = limiter(AT_ONCE);
    const content = wave.length > 1 ? this.#ports.content.atOneLook() : this.#ports.content;
    for (const subject of wave) {
      const bases = [...subject.order.needs].flatMap((id) => begun.get(id) ?? []);
      const own = limit(async () => {
        // Bases come before in the queue, so that none of them waits for this place in it.
        await Promise.all(bases);
        await this.#attempt(subject.request.id, async () => {
          const job = await this.#begin(subject, content);
          if (job !== undefined) jobs.push(job);
        });
      });
      begun.set(subject.request.id, own);
    }
    await Promise.all(begun.values());
    await this.#addMissing(jobs);
    const ready = jobs.filter(({ subject, again }) => again || !this.#ended.has(subject.request.id));
    const inOrder = this.#subjects.flatMap((subject) => ready.filter((job) => job.subject === subject));
    const builders = groups(inOrder, ({ subject }) => subject.builds[0].options.builder);
    await Promise.all(builders.map((same) => this.#build(same)));
  }

  async #begin(subject: Subject, content: Ports['content']): Promise<SubjectJob | undefined> {
    const { builds, request } = subject;
    const failed = failedNeed(subject, (need) => this.#errorOf(need));
    if (failed !== undefined) throw failed;
    if (this.#signal.aborted) throw interrupted();
    const ports = this.#portsOf(subject);
    const begun = await begin(builds, { ...ports, content });
    for (const { prepared, skip } of begun.units)
      if (skip !== undefined) this.#made.add(prepared, skip.digest);
    if ('result' in begun) this.#end(request.id, begun.result);
    return 'result' in begun ? undefined : { ...begun, ports, subject, again: false };
  }

  /**
   * Bases that are over, and that the builder would not find, or not as they are in this run: they are built once more
   * beside what reads them, from the engine's cache. They have told their end before, and that one counts.
   */
  async #addMissing(jobs: SubjectJob[]): Promise<void> {
    for (const { subject } of jobs) {
      for (const [ref, id] of subject.order.bases) {
        const base = this.#subjects.find(({ request }) => request.id === id);
        if (base?.onlyWired.has(ref) !== true || jobs.some((job) => job.subject === base)) continue;
        if (this.#made.is(ref, await this.#ports.imageDigests.resolve(ref))) continue;
        await this.#attempt(subject.request.id, async () => {
          const ports = this.#portsOf(base);
          const begun = await begin(base.builds, ports, true);
          if (!('result' in begun)) jobs.push({ ...begun, ports, subject: base, again: true });
        });
      }
    }
  }

  /** Builds of one builder: all that can be one run, and beside it what has to be run by itself. */
  async #build(jobs: readonly SubjectJob[]): Promise<void> {
    // No lane waits for another: what does is in a later wave.
    const lanes = groups(jobs, ({ subject }) => subject.lane);
    await mapBounded(lanes, Math.min(LANES, this.#parallel ?? LANES), (lane) => this.#lane(lane));
  }

  async #lane(lane: readonly SubjectJob[]): Promise<void> {
    const events: LaneEvents<SubjectJob> = {
      onImage: (prepared, { outcome }) => {
        if (outcome.ok) this.#made.add(prepared, outcome.digest);
      },
      onJob: ({ subject, ports }, ended) =>
        this.#attempt(subject.request.id, async () => {
          const { result, done } = await conclude(ended, ports, this.#portsOf(subject), this.#signal);
          // An image of several platforms has its digest only now.
          for (const { prepared, outcome } of done)
            if (outcome?.ok === true) this.#made.add(prepared, outcome.digest);
          this.#end(subject.request.id, result);
        }),
    };
    try {
      const engine = await this.#engines.facts(lane[0]!.subject.builds[0].options.builder);
      const planned = await planLane(lane, engine, ({ subject }, thrown) =>
        this.#end(subject.request.id, { thrown }),
      );
      await runLane(planned, engine, this.#ports, this.#signal, events, this.#parallel);
    } catch (thrown) {
      for (const { subject } of lane)
        if (!this.#ended.has(subject.request.id)) this.#end(subject.request.id, { thrown });
    }
  }

  /** The world as a build sees it now: with what its bases have become. */
  #portsOf({ ports, order }: Subject): Ports {
    return { ...ports, imageDigests: this.#made.seenBy(order.bases.keys(), ports.imageDigests) };
  }

  #errorOf(id: string): DockerCacheError | undefined {
    const ended = this.#ended.get(id);
    return ended === undefined ? undefined : resultOf(ended)?.error;
  }

  async #attempt(id: string, story: () => Promise<void>): Promise<void> {
    try {
      await story();
    } catch (thrown) {
      this.#end(id, { thrown });
    }
  }

  #end(id: string, ended: Ended): void {
    if (this.#ended.has(id)) return;
    this.#ended.set(id, ended);
    this.#onEnd(id, ended);
  }
}

/** Items by key, in the order in which the keys occur. */
function groups<T>(items: readonly T[], keyOf: (item: T) => string | undefined): T[][] {
  const found = new Map<string | undefined, T[]>();
  for (const item of items) found.set(keyOf(item), [...(found.get(keyOf(item)) ?? []), item]);
  return [...found.values()];
}
