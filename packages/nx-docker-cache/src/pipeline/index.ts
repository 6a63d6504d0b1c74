import type { DockerCacheError } from '../errors';
import type { BuildOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan, ExplainedPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import type { WorkspaceProject } from '../ports/workspace';
import { explainBuild } from '../report/explain';
import { LiveReport } from '../report/live';
import { formatHeading, formatOutcome, formatSkip, type Ran, type Skipped } from '../report/text';
import { runBuilds } from '../run/joint';
import { doneOf, finish } from './finish';
import { lastReceipt } from './last-receipt';
import type { Ports } from './ports';
import { prepare, type Prepared } from './prepare';
import { prepareStages } from './stages';
import { prepareStateFolder } from './state-folder';
import { inlineUnits, plansOf, planWith, unitsOf, type Unit } from './units';
import { finishWholes } from './whole';
import { writeReceipt } from './write-receipt';

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
  const { needed, leaves } = await plansOf(units, engine, ports);
  const [first, ...others] = needed;
  if (first === undefined) return { ...NOTHING, ok: true };
  const { progress, receipt: path } = first.plan;
  const quiet = progress === 'quiet';
  const why = explainBuild(last, first.unit.prepared.content);
  const beside = others.map(({ plan }) => plan);
  if (!quiet) formatHeading(first.plan, logger.colors, why, beside).forEach((line) => logger.line(line));
  const observer = new LiveReport({
    write: (line) => logger.line(line),
    colors: logger.colors,
    columns: logger.columns,
    mode: progress,
  });
  const since = ports.clock.now();
  const runs = await runBuilds(
    leaves.map(({ plan }) => ({ plan, bases: new Map<string, number>(), observer })),
    ports,
    signal,
  );
  const built = await Promise.all(
    leaves.map((leaf, index) => finish({ ...leaf, run: runs[index]!, engine, since }, ports)),
  );
  const wholes = await finishWholes({ units, needed, leaves, built, observer }, last, ports, signal);
  const ran = [...built.map((one) => one.ran), ...wholes.ran];
  const error = runs.find((run) => run.error !== undefined)?.error ?? wholes.error;
  const ok = error === undefined && ran.every(({ outcome }) => outcome.ok);
  const seconds = (ports.clock.now() - since) / 1000;
  const receipt = ok ? await writeReceipt(wholes.done, seconds, ports) : undefined;
  if (!quiet || !ok) {
    const told = receipt === undefined ? undefined : path;
    formatOutcome(ran as [Ran, ...Ran[]], skippedOf(units), told, logger.colors).forEach((line) =>
      logger.line(line),
    );
  }
  const { outcome } = wholes.done.find(({ skip }) => skip === undefined)!;
  const publish = [...wholes.ran, ...ran].find(({ plan }) => plan === first.plan)?.publish;
  return { ...NOTHING, ok, plan: first.plan, outcome, publish, receipt, error };
}

async function finishSkip(
  units: readonly Unit[],
  last: Receipt | undefined,
  started: number,
  ports: Ports,
): Promise<BuildResult> {
  const { logger, clock } = ports;
  const seconds = (clock.now() - started) / 1000;
  const done = units.map((unit) => doneOf(unit, last));
  const receipt = await writeReceipt(done, seconds, ports);
  const { facts, options, receipt: path } = units[0]!.prepared;
  if (options.progress !== 'quiet') {
    formatSkip(facts.project.name, skippedOf(units), seconds, path, logger.colors).forEach((line) =>
      logger.line(line),
    );
  }
  return { ...NOTHING, ok: true, skip: units[0]!.skip, receipt };
}

function skippedOf(units: readonly Unit[]): Skipped[] {
  return units.flatMap(({ prepared, skip, parts }) =>
    skip === undefined ? skippedOf(parts) : [{ key: prepared.skip.key, skip }],
  );
}
