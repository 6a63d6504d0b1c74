import { posix } from 'node:path';
import type { DockerCacheError } from '../errors';
import type { EngineFacts } from '../model/facts';
import type { BuildOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { assemblePlan, STATE_FOLDER } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { verifyPush } from '../publish/verify';
import { explainBuild } from '../report/explain';
import { LiveReport } from '../report/live';
import { receiptOf } from '../report/receipt';
import { formatHeading, formatOutcome, formatSkip } from '../report/text';
import { runBuild } from '../run/build';
import { lastReceipt } from './last-receipt';
import type { Ports } from './ports';
import { prepare, type Prepared } from './prepare';
import { keyBuild } from './prove';
import { withSent } from './sent';
import { trySkip } from './skip';
import { prepareStateFolder, unwritable } from './state-folder';

export type { Ports } from './ports';

export interface BuildResult {
  readonly ok: boolean;
  readonly plan: BuildPlan | undefined;
  readonly skip: SkipOutcome | undefined;
  readonly outcome: BuildOutcome | undefined;
  readonly publish: PublishOutcome | undefined;
  readonly receipt: Receipt | undefined;
  readonly error: DockerCacheError | undefined;
}

/** The plan with all that a reader may ask for; a build does without the versions. @throws DockerCacheError */
export async function explainPlan(project: WorkspaceProject, ports: Ports): Promise<BuildPlan> {
  const prepared = await prepare(project, ports, false);
  const [plan, buildx] = await Promise.all([planWith(prepared, ports), ports.engine.version()]);
  return { ...plan, engine: { ...plan.engine, buildx: plan.engine.buildx ?? buildx } };
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
  const prepared = await prepare(project, ports, true);
  if (prepared.options.dryRun) {
    const plan = await planWith(prepared, ports);
    formatHeading(plan, ports.logger.colors).forEach((line) => ports.logger.line(line));
    return { ...NOTHING, ok: true, plan };
  }
  await prepareStateFolder(prepared.receipt, ports.files);
  const last = await lastReceipt(prepared.receipt, ports.files);
  const skipped = await trySkip(prepared, last, ports);
  if (skipped !== undefined)
    return finishSkip(prepared, skipped, (ports.clock.now() - started) / 1000, ports);
  return build(prepared, last, ports, signal);
}

const NOTHING = {
  plan: undefined,
  skip: undefined,
  outcome: undefined,
  publish: undefined,
  receipt: undefined,
  error: undefined,
};

async function planWith(prepared: Prepared, ports: Ports): Promise<BuildPlan> {
  return planFor(prepared, await ports.engine.facts(prepared.options.builder), ports);
}

function planFor(prepared: Prepared, engine: EngineFacts, ports: Ports): Promise<BuildPlan> {
  const { options, facts, identity, skip } = prepared;
  return withSent(assemblePlan(options, facts, identity, engine, skip), prepared, ports);
}

async function build(
  prepared: Prepared,
  last: Receipt | undefined,
  ports: Ports,
  signal: AbortSignal,
): Promise<BuildResult> {
  const { logger } = ports;
  const engine = await ports.engine.facts(prepared.options.builder);
  const plan = await planFor(prepared, engine, ports);
  const quiet = plan.progress === 'quiet';
  const why = explainBuild(last, prepared.content);
  if (!quiet) formatHeading(plan, logger.colors, why).forEach((line) => logger.line(line));
  const observer = new LiveReport({
    write: (line) => logger.line(line),
    colors: logger.colors,
    columns: logger.columns,
    mode: plan.progress,
  });
  const since = ports.clock.now();
  const { outcome, error } = await runBuild(plan, { ...ports, observer }, signal);
  const [loaded] = plan.loadTags;
  const [publish, unproven, imageId] = await (outcome.ok
    ? Promise.all([
        plan.output.push ? verifyPush(plan, outcome.digest, ports.probe) : undefined,
        keyBuild(prepared, { outcome, engine, since }, ports),
        loaded === undefined ? undefined : ports.engine.imageId(loaded),
        pruneLocalCache(plan, ports),
      ])
    : []);
  const keyed = unproven === undefined ? prepared : withObstacle(prepared, unproven);
  const receipt = outcome.ok ? await writeReceipt(keyed, 'built', outcome, imageId, ports) : undefined;
  if (!quiet || !outcome.ok) {
    const path = receipt === undefined ? undefined : plan.receipt;
    formatOutcome(plan, outcome, publish, path, logger.colors).forEach((line) => logger.line(line));
  }
  return { ...NOTHING, ok: outcome.ok, plan, outcome, publish, receipt, error };
}

/** A receipt whose key proves nothing says so, or a later build would believe it. */
function withObstacle(prepared: Prepared, reason: string): Prepared {
  return { ...prepared, content: { ...prepared.content, obstacles: [{ line: undefined, reason }] } };
}

async function finishSkip(
  prepared: Prepared,
  skip: SkipOutcome,
  seconds: number,
  ports: Ports,
): Promise<BuildResult> {
  const { facts, identity, options } = prepared;
  const outcome = { digest: skip.digest, steps: [], caches: [], baseImages: [], seconds };
  const last = await lastReceipt(prepared.receipt, ports.files);
  const imageId = identity.output.load ? last?.imageId : undefined;
  const receipt = await writeReceipt(prepared, 'skipped', outcome, imageId, ports);
  if (options.progress !== 'quiet') {
    const { logger } = ports;
    formatSkip(facts.project.name, skip, prepared.skip.key, seconds, prepared.receipt, logger.colors).forEach(
      (line) => logger.line(line),
    );
  }
  return { ...NOTHING, ok: true, skip, receipt };
}

async function writeReceipt(
  { facts, identity, content, options, receipt: path }: Prepared,
  status: Receipt['status'],
  outcome: Pick<BuildOutcome, 'digest' | 'steps' | 'caches' | 'baseImages' | 'seconds'>,
  imageId: string | undefined,
  ports: Ports,
): Promise<Receipt> {
  const { source, project } = facts;
  const { stage } = identity;
  const receipt = receiptOf({
    plan: {
      ...identity,
      project: project.name,
      target: stage.name ?? String(stage.index),
      platforms: options.platforms,
      commit: source.commit,
      branch: source.branch,
    },
    content,
    status,
    outcome,
    imageId,
    finished: new Date(ports.clock.now()),
  });
  try {
    await ports.files.writeAtomic(path, `${JSON.stringify(receipt, undefined, 2)}\n`);
  } catch (cause) {
    const made = outcome.digest === undefined ? '' : `; the image was made: ${outcome.digest}`;
    throw unwritable(path, `${(cause as Error).message}${made}`, cause);
  }
  return receipt;
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
