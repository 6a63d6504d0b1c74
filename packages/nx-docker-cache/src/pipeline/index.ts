import { posix } from 'node:path';
import type { DockerCacheError } from '../errors';
import type { EngineFacts } from '../model/facts';
import type { BuildOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan, ExplainedPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { STATE_FOLDER } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { verifyPush } from '../publish/verify';
import { explainBuild } from '../report/explain';
import { LiveReport } from '../report/live';
import { formatHeading, formatOutcome, formatSkip, type Ran, type Skipped } from '../report/text';
import type { BuildRun } from '../run/build';
import { runBuilds } from '../run/joint';
import { lastReceipt } from './last-receipt';
import type { Ports } from './ports';
import { prepare, type Prepared } from './prepare';
import { keyBuild } from './prove';
import { prepareStages } from './stages';
import { prepareStateFolder } from './state-folder';
import { inlineUnits, plansOf, planWith, unitsOf, type Unit } from './units';
import { writeReceipt, type Done } from './write-receipt';

export type { Ports } from './ports';

export interface BuildResult {
  readonly ok: boolean;
  /** Plan of the target; undefined where nothing was built. */
  readonly plan: BuildPlan | undefined;
  readonly skip: SkipOutcome | undefined;
  readonly outcome: BuildOutcome | undefined;
  readonly publish: PublishOutcome | undefined;
  readonly receipt: Receipt | undefined;
  readonly error: DockerCacheError | undefined;
}

/** The plan with all that a reader may ask for; a build does without the versions. @throws DockerCacheError */
export async function explainPlan(project: WorkspaceProject, ports: Ports): Promise<ExplainedPlan> {
  const main = await prepare(project, ports, false);
  const beside = await prepareStages(main, ports, false);
  const [engine, buildx] = await Promise.all([
    ports.engine.facts(main.options.builder),
    ports.engine.version(),
  ]);
  const [plan, ...stageBuilds] = (await Promise.all(
    [main, ...beside].map((prepared) => planWith(prepared, engine, ports)),
  )) as [BuildPlan, ...BuildPlan[]];
  return { ...plan, engine: { ...plan.engine, buildx: plan.engine.buildx ?? buildx }, stageBuilds };
}

/**
 * The whole story of one project: plan, skip or run, publish, report. A failed build is a result, reported
 * before it is returned; bad input is thrown before anything is done.
 * @throws DockerCacheError
 */
export async function buildProject(
  project: WorkspaceProject,
  ports: Ports,
  signal: AbortSignal,
): Promise<BuildResult> {
  const started = ports.clock.now();
  const main = await prepare(project, ports, true);
  const all = [main, ...(await prepareStages(main, ports, true))];
  if (main.options.dryRun) return dryRun(all, ports);
  await prepareStateFolder(main.receipt, ports.files);
  const last = await lastReceipt(main.receipt, ports.files);
  const units = await unitsOf(all, last, ports);
  if (units.every(({ skip }) => skip !== undefined)) return finishSkip(units, last, started, ports);
  return build(units, last, ports, signal);
}

const NOTHING = {
  plan: undefined,
  skip: undefined,
  outcome: undefined,
  publish: undefined,
  receipt: undefined,
  error: undefined,
};

async function dryRun(all: readonly Prepared[], ports: Ports): Promise<BuildResult> {
  const engine = await ports.engine.facts(all[0]?.options.builder);
  const [plan, ...beside] = await Promise.all(all.map((prepared) => planWith(prepared, engine, ports)));
  if (plan === undefined) return { ...NOTHING, ok: true };
  formatHeading(plan, ports.logger.colors, undefined, beside).forEach((line) => ports.logger.line(line));
  return { ...NOTHING, ok: true, plan };
}

async function build(
  asked: readonly Unit[],
  last: Receipt | undefined,
  ports: Ports,
  signal: AbortSignal,
): Promise<BuildResult> {
  const { logger } = ports;
  const engine = await ports.engine.facts(asked[0]?.prepared.options.builder);
  const units = [...asked, ...(await inlineUnits(asked, engine, last, ports))];
  const planned = await plansOf(units, engine, ports);
  const [first, ...others] = planned.map(({ plan }) => plan);
  if (first === undefined) return { ...NOTHING, ok: true };
  const plans = [first, ...others];
  const needed = planned.map(({ prepared }) => prepared);
  const quiet = first.progress === 'quiet';
  const why = explainBuild(last, needed[0]!.content);
  if (!quiet) formatHeading(first, logger.colors, why, others).forEach((line) => logger.line(line));
  const observer = new LiveReport({
    write: (line) => logger.line(line),
    colors: logger.colors,
    columns: logger.columns,
    mode: first.progress,
  });
  const since = ports.clock.now();
  const runs = await runBuilds(
    plans.map((plan) => ({ plan, bases: new Map<string, number>(), observer })),
    ports,
    signal,
  );
  const built = await Promise.all(
    runs.map((run, index) =>
      finish({ ...{ prepared: needed[index]!, plan: plans[index]!, run }, engine, since }, ports),
    ),
  );
  const done = units.map(({ prepared, skip }): Done => {
    const own = built[needed.indexOf(prepared)];
    return own?.done ?? { prepared, skip, outcome: undefined, imageId: idBefore(prepared, last) };
  });
  const ok = runs.every(({ outcome }) => outcome.ok);
  const seconds = Math.max(...runs.map(({ outcome }) => outcome.seconds));
  const receipt = ok ? await writeReceipt(done as [Done, ...Done[]], seconds, ports) : undefined;
  if (!quiet || !ok) {
    const path = receipt === undefined ? undefined : first.receipt;
    const ran = built.map((one) => one.ran) as [Ran, ...Ran[]];
    formatOutcome(ran, skippedOf(units), path, logger.colors).forEach((line) => logger.line(line));
  }
  const { outcome, publish } = built[0]!.ran;
  const error = runs.find((run) => run.error !== undefined)?.error;
  return { ...NOTHING, ok, plan: first, outcome, publish, receipt, error };
}

interface Ended {
  readonly prepared: Prepared;
  readonly plan: BuildPlan;
  readonly run: BuildRun;
  readonly engine: EngineFacts;
  /** When the builder was started, in ms since 1970. */
  readonly since: number;
}

/** ④ What follows a build that ended well: its tags are verified, its key is left, its image's id is read. */
async function finish(
  { prepared, plan, run, ...at }: Ended,
  ports: Ports,
): Promise<{ done: Done; ran: Ran }> {
  const { outcome } = run;
  const [loaded] = plan.loadTags;
  const [publish, unproven, imageId] = await (outcome.ok
    ? Promise.all([
        plan.output.push ? verifyPush(plan, outcome.digest, ports.probe) : undefined,
        keyBuild(prepared, { outcome, ...at }, ports),
        loaded === undefined ? undefined : ports.engine.imageId(loaded),
        pruneLocalCache(plan, ports),
      ])
    : []);
  const keyed = unproven === undefined ? prepared : withObstacle(prepared, unproven);
  return {
    done: { prepared: keyed, outcome, skip: undefined, imageId },
    ran: { plan, outcome, publish },
  };
}

/** A receipt whose key proves nothing says so, or a later build would believe it. */
function withObstacle(prepared: Prepared, reason: string): Prepared {
  return { ...prepared, content: { ...prepared.content, obstacles: [{ line: undefined, reason }] } };
}

async function finishSkip(
  units: readonly Unit[],
  last: Receipt | undefined,
  started: number,
  ports: Ports,
): Promise<BuildResult> {
  const { logger, clock } = ports;
  const seconds = (clock.now() - started) / 1000;
  const done = units.map(({ prepared, skip }): Done => ({
    prepared,
    skip,
    outcome: undefined,
    imageId: idBefore(prepared, last),
  }));
  const receipt = await writeReceipt(done as [Done, ...Done[]], seconds, ports);
  const { facts, options, receipt: path } = units[0]!.prepared;
  if (options.progress !== 'quiet') {
    formatSkip(facts.project.name, skippedOf(units), seconds, path, logger.colors).forEach((line) =>
      logger.line(line),
    );
  }
  return { ...NOTHING, ok: true, skip: units[0]!.skip, receipt };
}

/** The id that the last receipt has of a loaded image that is still the one. */
function idBefore({ identity, skip }: Prepared, last: Receipt | undefined): string | undefined {
  if (!identity.output.load) return undefined;
  return last?.stages.find(({ contentKey }) => contentKey === skip.key)?.imageId;
}

function skippedOf(units: readonly Unit[]): Skipped[] {
  return units.flatMap(({ prepared, skip }) =>
    skip === undefined ? [] : [{ key: prepared.skip.key, skip }],
  );
}

/** The bound of the local cache is advisory as the cache is: what goes wrong here is a line, not an error. */
async function pruneLocalCache(plan: BuildPlan, ports: Ports): Promise<void> {
  const own = plan.cache.to.find(({ kind }) => kind === 'local');
  if (own === undefined) return;
  const root = posix.join(plan.workspaceRoot, STATE_FOLDER, 'cache');
  try {
    await ports.localCache.prune(root, posix.join(plan.workspaceRoot, own.ref), plan.cacheLimit);
  } catch (error) {
    ports.logger.warn(`the local cache could not be pruned: ${(error as Error).message}`);
  }
}
