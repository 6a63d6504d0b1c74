import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { BuildOutcome, PublishOutcome } from '../model/outcome';
import type { BuildPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { parseBuildOptions } from '../options';
import { assemblePlan, STATE_FOLDER } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { verifyPush } from '../publish/verify';
import { formatHeading, formatOutcome } from '../report/text';
import { LiveReport } from '../report/live';
import { receiptOf } from '../report/receipt';
import { runBuild } from '../run/build';
import { gatherFacts } from './gather';
import type { Ports } from './ports';

export type { Ports } from './ports';

export interface BuildResult {
  readonly ok: boolean;
  readonly plan: BuildPlan;
  readonly outcome: BuildOutcome | undefined;
  readonly publish: PublishOutcome | undefined;
  readonly receipt: Receipt | undefined;
  readonly error: DockerCacheError | undefined;
}

/** The plan with the versions that a reader may ask for; a build does without. @throws DockerCacheError */
export async function explainPlan(project: WorkspaceProject, ports: Ports): Promise<BuildPlan> {
  const [plan, buildx] = await Promise.all([planBuild(project, ports), ports.engine.version()]);
  return { ...plan, engine: { ...plan.engine, buildx: plan.engine.buildx ?? buildx } };
}

/** gather → ① options → ② plan. @throws DockerCacheError for bad input or a missing engine */
export async function planBuild(project: WorkspaceProject, ports: Ports): Promise<BuildPlan> {
  const options = parseBuildOptions(project.options, `the options of ${project.name}:${project.target}`);
  return assemblePlan(options, await gatherFacts(options, project, ports));
}

/**
 * The whole story of one project: plan, run, publish, report. A failed build is a result, reported before it
 * is returned; bad input is thrown before anything is done.
 * @throws DockerCacheError
 */
export async function buildProject(project: WorkspaceProject, ports: Ports, signal: AbortSignal): Promise<BuildResult> {
  const plan = await planBuild(project, ports);
  const { logger } = ports;
  const quiet = plan.progress === 'quiet';
  if (!quiet) formatHeading(plan, logger.colors).forEach((line) => logger.line(line));
  if (plan.dryRun) {
    return { ok: true, plan, outcome: undefined, publish: undefined, receipt: undefined, error: undefined };
  }
  await checkReceiptFolder(plan, ports);

  const observer = new LiveReport({
    write: (line) => logger.line(line),
    colors: logger.colors,
    columns: logger.columns,
    mode: plan.progress,
  });
  const { outcome, error } = await runBuild(plan, { ...ports, observer }, signal);
  const publish = outcome.ok && plan.output.push ? await verifyPush(plan, outcome.digest, ports.probe) : undefined;
  const receipt = outcome.ok ? await writeReceipt(plan, outcome, ports) : undefined;
  if (outcome.ok) await pruneLocalCache(plan, ports);

  if (!quiet || !outcome.ok) {
    const path = receipt === undefined ? undefined : plan.receipt;
    formatOutcome(plan, outcome, publish, path, logger.colors).forEach((line) => logger.line(line));
  }
  return { ok: outcome.ok, plan, outcome, publish, receipt, error };
}

/** Before minutes of building: a receipt that cannot be written later would lose the digest. */
async function checkReceiptFolder(plan: BuildPlan, ports: Ports): Promise<void> {
  const folder = posix.dirname(plan.receipt);
  try {
    await ports.files.ensureWritable(folder);
  } catch (cause) {
    throw new DockerCacheError({
      code: 'RECEIPT_UNWRITABLE',
      message: 'the receipt could not be written',
      expected: `a folder ${folder} that this user can write`,
      found: (cause as Error).message,
      hint: `Make ${STATE_FOLDER} a writable folder (in a read-only checkout, mount one there).`,
      cause,
    });
  }
}

async function writeReceipt(plan: BuildPlan, outcome: BuildOutcome, ports: Ports): Promise<Receipt> {
  const receipt = receiptOf(plan, outcome, new Date(ports.clock.now()));
  await ports.files.writeAtomic(plan.receipt, `${JSON.stringify(receipt, undefined, 2)}\n`);
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
