import { posix } from 'node:path';
import { DockerCacheError } from '../errors';
import type { ContentKey } from '../model/content';
import type { EngineFacts, Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { BuildOutcome, PublishOutcome, SkipOutcome } from '../model/outcome';
import type { BuildPlan, SkipPlan } from '../model/plan';
import type { Receipt } from '../model/receipt';
import { parseBuildOptions } from '../options';
import { assemblePlan, identify, planSkip, receiptPath, STATE_FOLDER, type Identity } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { leaveKey } from '../publish/promote';
import { verifyPush } from '../publish/verify';
import { LiveReport } from '../report/live';
import { receiptOf } from '../report/receipt';
import { formatHeading, formatOutcome, formatSkip } from '../report/text';
import { runBuild } from '../run/build';
import { assumedPlatform, readContent } from './content';
import { gatherFacts } from './gather';
import { lastReceipt } from './last-receipt';
import type { Ports } from './ports';
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

/** Everything that is known before an engine is asked. */
interface Prepared {
  readonly options: BuildOptions;
  readonly facts: Facts;
  readonly identity: Identity;
  readonly content: ContentKey;
  readonly skip: SkipPlan;
  readonly receipt: string;
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
  const skipped = await trySkip(
    prepared.identity,
    prepared.skip,
    await lastReceipt(prepared.receipt, ports.files),
    ports,
  );
  if (skipped !== undefined)
    return finishSkip(prepared, skipped, (ports.clock.now() - started) / 1000, ports);
  return build(prepared, ports, signal);
}

const NOTHING = {
  plan: undefined,
  skip: undefined,
  outcome: undefined,
  publish: undefined,
  receipt: undefined,
  error: undefined,
};

/** @param builds false where only the plan is asked for, which writes nothing */
async function prepare(project: WorkspaceProject, ports: Ports, builds: boolean): Promise<Prepared> {
  const options = parseBuildOptions(project.options, `the options of ${project.name}:${project.target}`);
  const facts = await gatherFacts(options, project, ports);
  const identity = identify(options, facts);
  const content = await readContent(options, facts, identity, ports, builds && !options.dryRun);
  const skip = planSkip(options, identity, content);
  return { options, facts, identity, content, skip, receipt: receiptPath(project.name, project.target) };
}

async function planWith({ options, facts, identity, skip }: Prepared, ports: Ports): Promise<BuildPlan> {
  return assemblePlan(options, facts, identity, await ports.engine.facts(options.builder), skip);
}

async function build(prepared: Prepared, ports: Ports, signal: AbortSignal): Promise<BuildResult> {
  const { logger } = ports;
  const engine = await ports.engine.facts(prepared.options.builder);
  const plan = assemblePlan(prepared.options, prepared.facts, prepared.identity, engine, prepared.skip);
  const quiet = plan.progress === 'quiet';
  if (!quiet) formatHeading(plan, logger.colors).forEach((line) => logger.line(line));
  const observer = new LiveReport({
    write: (line) => logger.line(line),
    colors: logger.colors,
    columns: logger.columns,
    mode: plan.progress,
  });
  const { outcome, error } = await runBuild(plan, { ...ports, observer }, signal);
  const publish =
    outcome.ok && plan.output.push ? await verifyPush(plan, outcome.digest, ports.probe) : undefined;
  if (outcome.ok) {
    await keyBuild(prepared, engine, outcome, ports);
    await pruneLocalCache(plan, ports);
  }
  const imageId =
    outcome.ok && plan.loadTags[0] !== undefined ? await ports.engine.imageId(plan.loadTags[0]) : undefined;
  const receipt = outcome.ok ? await writeReceipt(prepared, 'built', outcome, imageId, ports) : undefined;
  if (!quiet || !outcome.ok) {
    const path = receipt === undefined ? undefined : plan.receipt;
    formatOutcome(plan, outcome, publish, path, logger.colors).forEach((line) => logger.line(line));
  }
  return { ...NOTHING, ok: outcome.ok, plan, outcome, publish, receipt, error };
}

/**
 * Leaves the key of a pushed build, so that the next one can be skipped; but only where files, base images and
 * platform are still those that were keyed: a file saved during the build would make the key a lie.
 */
async function keyBuild(
  prepared: Prepared,
  engine: EngineFacts,
  outcome: BuildOutcome,
  ports: Ports,
): Promise<void> {
  const { options, facts, identity, skip } = prepared;
  if (skip.write === undefined || outcome.digest === undefined) return;
  const platformHolds =
    options.platforms.length > 0 ||
    engine.platform === undefined ||
    engine.platform === assumedPlatform(ports);
  const again = await readContent(options, facts, identity, ports);
  if (!platformHolds || again.key !== skip.key) {
    ports.logger.warn('no key is left for this build: what it reads changed while it ran');
    return;
  }
  const problem = await leaveKey(identity.image, skip, outcome.digest, ports.registry);
  if (problem !== undefined) ports.logger.warn(`no key is left for this build: ${problem}`);
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
