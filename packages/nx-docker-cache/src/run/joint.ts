import type { BuildPlan } from '../model/plan';
import { argvWith } from './argv';
import { interrupted, runBuild, runOutcome, type BuildRun, type RunPorts } from './build';
import { chooseCaches, type ChosenCaches } from './caches';
import { claimFolders } from './claims';
import { StepFeed } from './feed';
import { SharedObserver } from './shared-observer';
import { StallWatch } from './stall';
import { StepTracker } from './steps';

/**
 * ③ Runs several plans of one builder as one solve, each with its own caches. Where that fails, each is run by
 * itself: what was finished is in the engine, a broken cache is found as in any other run, and one that fails takes
 * none of the others with it.
 * @returns in the order of the plans
 */
export async function runBuilds(
  plans: readonly BuildPlan[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<readonly BuildRun[]> {
  const [only] = plans;
  if (only === undefined) return [];
  if (plans.length === 1) return [await runBuild(only, ports, signal)];
  if (plans.some(({ cache }) => cache.kind === 'inline')) {
    // A stage's inline cache is only read by its own build. In a joint one the target may execute a step before that
    // cache has come; after it, the engine knows the stage.
    const stages = await oneByOne(plans.slice(1), ports, signal);
    return [await runBuild(only, ports, signal), ...stages];
  }
  const joint = await runJointly(plans, ports, signal);
  if (joint !== undefined) return joint;
  ports.observer.note('the joint build ended early; each is built by itself');
  return oneByOne(plans, ports, signal);
}

async function oneByOne(
  plans: readonly BuildPlan[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<BuildRun[]> {
  const runs: BuildRun[] = [];
  for (const plan of plans) runs.push(await runBuild(plan, ports, signal));
  return runs;
}

interface Member {
  readonly plan: BuildPlan;
  readonly chosen: ChosenCaches;
  readonly tracker: StepTracker;
  readonly feed: StepFeed;
  readonly watch: StallWatch;
}

async function runJointly(
  plans: readonly BuildPlan[],
  ports: RunPorts,
  signal: AbortSignal,
): Promise<readonly BuildRun[] | undefined> {
  const started = ports.clock.now();
  const claims = await Promise.all(
    plans.map(async (plan) => claimFolders(await chooseCaches(plan, ports), plan.workspaceRoot, ports)),
  );
  const observers = new SharedObserver(ports.observer);
  const giveUp = new AbortController();
  const members = plans.map((plan, index): Member => {
    const { chosen } = claims[index]!;
    const tracker = new StepTracker();
    const feed = new StepFeed(tracker, observers.one(), ports.clock);
    const watch = new StallWatch(tracker, ports.clock, (direction) => {
      if (chosen[direction].length > 0) giveUp.abort();
    });
    return { plan, chosen, tracker, feed, watch };
  });
  try {
    const { exitCode, digests } = await ports.engine.buildJointly({
      builds: members.map(({ plan, chosen, tracker, feed, watch }) => ({
        argv: argvWith(plan, chosen.from, chosen.to),
        ignore: plan.ignore,
        onEvent: (event) => {
          watch.event(event);
          tracker.add(event);
          feed.event(event);
        },
      })),
      cwd: plans[0]!.workspaceRoot,
      signal: AbortSignal.any([signal, giveUp.signal]),
      onText: () => undefined,
    });
    if (exitCode !== 0 && !signal.aborted) return undefined;
    const ok = exitCode === 0;
    const seconds = (ports.clock.now() - started) / 1000;
    return members.map(({ plan, chosen, tracker }, index) => ({
      outcome: runOutcome({ plan, chosen, tracker, ok, digest: digests[index], seconds, retried: false }),
      error: ok ? undefined : interrupted(),
    }));
  } finally {
    members.forEach(({ watch, feed }) => {
      watch.end();
      feed.end();
    });
    await Promise.all(claims.map(({ release }) => release()));
  }
}
