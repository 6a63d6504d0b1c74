import type { Receipt } from '../model/receipt';
import { formatHeading, formatSkip } from '../report/text';
import { doneOf } from './finish';
import { lastReceipt } from './last-receipt';
import { isPending } from './made-images';
import { withContent } from './parts';
import type { Ports } from './ports';
import type { Identified, Prepared } from './prepare';
import { NOTHING, type BuildResult } from './result';
import { prepareStateFolder } from './state-folder';
import { planWith, skippedOf, unitsOf, type Unit } from './units';
import { writeReceipt } from './write-receipt';

/** A build that has begun: of its images, those that are not needed are settled. */
export interface Begun {
  readonly units: readonly [Unit, ...Unit[]];
  /** Receipt of the last build of this checkout. */
  readonly last: Receipt | undefined;
}

/**
 * Reads what the build reads, and does at once what can be done without an engine.
 * @param builds the target, then the stages beside it
 * @param needed true where it is to be built although it may be proven unneeded
 * @returns the result where nothing has to be built
 * @throws DockerCacheError
 */
export async function begin(
  [main, ...stages]: readonly [Identified, ...Identified[]],
  ports: Ports,
  needed = false,
): Promise<{ readonly result: BuildResult; readonly units: readonly Unit[] } | Begun> {
  const started = ports.clock.now();
  const first = await readable(main, ports, false, needed);
  const beside = await Promise.all(stages.map((stage) => readable(stage, ports, true, needed)));
  const all = [first, ...beside];
  if (main.options.dryRun) return { result: await dryRun(all, ports), units: [] };
  await prepareStateFolder(main.receipt, ports.files);
  const last = await lastReceipt(main.receipt, ports.files);
  const units = (await unitsOf(all, last, ports)) as [Unit, ...Unit[]];
  if (units.some(({ skip }) => skip === undefined)) return { units, last };
  return { result: await finishSkip(units, last, started, ports), units };
}

async function readable(
  build: Identified,
  ports: Ports,
  beside: boolean,
  needed: boolean,
): Promise<Prepared> {
  const prepared = await withContent(build, ports, { beside, builds: true });
  return needed || isPending(prepared)
    ? { ...prepared, skip: { ...prepared.skip, enabled: false } }
    : prepared;
}

async function dryRun(all: readonly Prepared[], ports: Ports): Promise<BuildResult> {
  const engine = await ports.engine.facts(all[0]?.options.builder);
  const [plan, ...beside] = await Promise.all(all.map((prepared) => planWith(prepared, engine, ports)));
  if (plan === undefined) return { ...NOTHING, ok: true };
  formatHeading(plan, ports.logger.colors, undefined, beside).forEach((line) => ports.logger.line(line));
  return { ...NOTHING, ok: true, plan, why: 'a dry run' };
}

async function finishSkip(
  units: readonly [Unit, ...Unit[]],
  last: Receipt | undefined,
  started: number,
  ports: Ports,
): Promise<BuildResult> {
  const { logger, clock } = ports;
  const seconds = (clock.now() - started) / 1000;
  const done = units.map((unit) => doneOf(unit, last));
  const receipt = await writeReceipt(done, { seconds, buildSeconds: last?.buildSeconds }, ports);
  const { facts, options, receipt: path } = units[0].prepared;
  if (options.progress !== 'quiet') {
    formatSkip(facts.project.name, skippedOf(units), seconds, path, logger.colors).forEach((line) =>
      logger.line(line),
    );
  }
  const { skip } = units[0];
  return { ...NOTHING, ok: true, skip, receipt, why: `found at ${skip?.from ?? ''}` };
}
