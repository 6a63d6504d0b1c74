import { DockerCacheError } from '../errors';
import type { BuildOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { EnginePort } from '../ports/engine';
import type { ClockPort } from '../ports/logger';
import type { BuildObserver } from '../ports/observer';
import { argvStoring, argvWith } from './argv';
import { cacheOutcomes, cacheWarnings } from './cache-outcomes';
import { claimFolders } from './claims';
import { chooseCaches, withoutCaches, type CachePorts, type ChosenCaches } from './caches';
import { engineRace, failureOf, stepKilled, suspectCaches, wasKilled, type FailedRun } from './failure';
import { StepFeed } from './feed';
import { engineLost } from './lost';
import { StallWatch, type Stall } from './stall';
import { StepTracker } from './steps';
import { aloneWork, type WorkSpan } from './work';

/** One for caches that cannot be read and one for those that cannot be written. */
const MAX_RETRIES = 2;

export interface RunPorts extends CachePorts {
  readonly engine: Pick<EnginePort, 'build' | 'check'>;
  readonly clock: ClockPort;
  readonly observer: BuildObserver;
}

/** The outcome of a build, and the error where there is one: the report is written in both cases. */
export interface BuildRun {
  readonly outcome: BuildOutcome;
  readonly error: DockerCacheError | undefined;
  /** What it has cost, failed tries included whose finished steps the engine has kept. */
  readonly work: readonly WorkSpan[];
  /** true where a step, or the builder's client, was killed from outside, as where memory is short. */
  readonly killed: boolean;
}

/**
 * ③ Runs a plan. A cache that is missing, slow, forbidden or broken is an outcome; where BuildKit itself
 * dies of one, the build runs once more without it.
 */
export async function runBuild(plan: BuildPlan, ports: RunPorts, signal: AbortSignal): Promise<BuildRun> {
  const started = ports.clock.now();
  const claimed = await claimFolders(await chooseCaches(plan, ports), plan.workspaceRoot, ports);
  try {
    return await runClaimed(plan, claimed.chosen, ports, signal, started);
  } finally {
    await claimed.release();
  }
}

async function runClaimed(
  plan: BuildPlan,
  first: ChosenCaches,
  ports: RunPorts,
  signal: AbortSignal,
  started: number,
): Promise<BuildRun> {
  let chosen = first;
  // One that is neither read nor written is told once.
  const lost = chosen.dropped.filter(({ result }) => result === 'lost');
  const notes = new Set(lost.map(({ ref, message }) => `cache ${ref} is left out: ${message ?? 'broken'}`));
  notes.forEach((note) => ports.observer.note(note));
  const work: WorkSpan[] = [];
  const tryOnce = async (): Promise<Attempt> => {
    const tried = await runOnce(plan, chosen, ports, signal);
    work.push(...aloneWork(tried.tracker));
    return tried;
  };
  let attempt = await tryOnce();
  const stored = attempt.failure === undefined ? undefined : storingPlan(attempt.failure, plan);
  if (stored !== undefined && !attempt.canceled) {
    ports.observer.note('this buildx pushes only what the engine stores; once more so');
    plan = stored;
    attempt = await tryOnce();
  }
  const race = attempt.failure === undefined ? undefined : engineRace(attempt.failure);
  if (race !== undefined && !attempt.canceled) {
    ports.observer.note(`${race}; once more`);
    attempt = await tryOnce();
  }
  let retries = 0;
  let gone = await lostIn(attempt, plan, ports);
  for (
    ;
    gone === undefined && attempt.failure !== undefined && !attempt.canceled && retries < MAX_RETRIES;
    retries++
  ) {
    const suspects = suspectCaches(attempt.failure, chosen);
    const broken = [...new Set([...suspects.from, ...suspects.to])];
    if (broken.length === 0) break;
    ports.observer.note(`the build died of a broken cache; once more without ${broken.join(', ')}`);
    chosen = withoutCaches(chosen, suspects, firstError(attempt.failure));
    attempt = await tryOnce();
    gone = await lostIn(attempt, plan, ports);
  }
  const ok = attempt.failure === undefined && !attempt.canceled;
  const { tracker, digest } = attempt;
  const seconds = (ports.clock.now() - started) / 1000;
  return {
    outcome: runOutcome({ plan, chosen, tracker, ok, digest, seconds, retried: retries > 0 }),
    error: attempt.canceled
      ? interrupted()
      : attempt.failure === undefined
        ? undefined
        : (gone ?? failureOf(attempt.failure, plan)),
    work,
    killed: gone === undefined && !attempt.canceled && wasOrHasKilled(attempt.failure),
  };
}

async function lostIn(
  { failure, canceled }: Attempt,
  plan: BuildPlan,
  { engine }: RunPorts,
): Promise<DockerCacheError | undefined> {
  return failure === undefined || canceled ? undefined : engineLost(failure, plan, engine);
}

/** What a run came to, from all that the builder said. */
export function runOutcome({
  plan,
  chosen,
  tracker,
  ...known
}: Pick<BuildOutcome, 'ok' | 'digest' | 'seconds' | 'retried'> & {
  readonly plan: BuildPlan;
  readonly chosen: ChosenCaches;
  readonly tracker: StepTracker;
}): BuildOutcome {
  const caches = cacheOutcomes(plan, chosen, tracker.others(), known.ok);
  const lint = tracker.lint().map((message) => ({ code: 'DOCKERFILE_CHECK', message }));
  return {
    ...known,
    steps: tracker.steps(known.ok),
    caches,
    warnings: [...lint, ...cacheWarnings(caches, plan)],
    baseImages: tracker.baseImages(),
    triggers: tracker.triggers(),
  };
}

function wasOrHasKilled(failure: FailedRun | undefined): boolean {
  if (failure === undefined || failure.stall !== undefined) return false;
  return stepKilled(failure) || wasKilled(failure.exitCode);
}

/** Older buildx (seen: 0.13) pushes through the engine, which does not have what was not stored. */
function storingPlan({ text }: FailedRun, plan: BuildPlan): BuildPlan | undefined {
  if (!text.some((line) => line.startsWith('ERROR: tag does not exist:'))) return undefined;
  const argv = argvStoring(plan.argv);
  return argv === undefined ? undefined : { ...plan, argv };
}

interface Attempt {
  readonly tracker: StepTracker;
  readonly digest: string | undefined;
  readonly canceled: boolean;
  readonly failure: FailedRun | undefined;
}

async function runOnce(
  plan: BuildPlan,
  chosen: ChosenCaches,
  ports: RunPorts,
  signal: AbortSignal,
): Promise<Attempt> {
  const tracker = new StepTracker();
  const text: string[] = [];
  const feed = new StepFeed(tracker, ports.observer, ports.clock);
  const giveUp = new AbortController();
  let stall: Stall | undefined;
  const watch = new StallWatch(tracker, ports.clock, (direction) => {
    if (chosen[direction].length === 0) return;
    stall = direction;
    text.push('a cache stood still: no byte for a minute');
    giveUp.abort();
  });
  try {
    const result = await ports.engine.build({
      argv: argvWith(plan, chosen.from, chosen.to),
      cwd: plan.workspaceRoot,
      ignore: plan.ignore,
      signal: AbortSignal.any([signal, giveUp.signal]),
      onEvent: (event) => {
        watch.event(event);
        tracker.add(event);
        feed.event(event);
      },
      onText: (line) => text.push(line),
    });
    return {
      tracker,
      digest: result.digest,
      canceled: signal.aborted || (result.canceled && stall === undefined),
      failure: result.exitCode === 0 ? undefined : failedRun(tracker, text, result.exitCode, stall),
    };
  } finally {
    watch.end();
    feed.end();
  }
}

export function failedRun(
  tracker: StepTracker,
  text: readonly string[],
  exitCode: number,
  stall: Stall | undefined,
): FailedRun {
  const exports = tracker
    .others()
    .filter(({ name, error }) => name.startsWith('exporting cache') && error !== undefined);
  const reached = tracker.hasBegun();
  return { failed: tracker.failed(), exports, text: text.slice(-40), exitCode, reached, stall };
}

function firstError({ failed, text }: FailedRun): string {
  return failed[0]?.error ?? text.findLast((line) => line.startsWith('ERROR')) ?? text.at(-1) ?? 'broken';
}

export function interrupted(): DockerCacheError {
  return new DockerCacheError({
    code: 'INTERRUPTED',
    message: 'the build was interrupted',
    found: 'a signal',
    hint: 'Run it again; what was finished is in the cache of the engine.',
  });
}
