import { posix } from 'node:path';
import { DockerCacheError, InternalError } from '../errors';
import type { SourceFacts } from '../model/facts';
import type { PublicationOutcome, PublicationPlan } from '../model/publication';
import { checkBuilds, planPublication, publishesNothing } from '../plan/publish';
import { receiptPath } from '../plan';
import type { RegistryManifest } from '../ports/registry';
import type { PublishedProject } from '../ports/workspace';
import { mapBounded } from '../run/bounded';
import { askPublication, runPublication, type AskedPublication } from '../publish/publication';
import { formatPublication } from '../report/publication';
import { checkCommitted } from './committed';
import { gatherPublication, type PublishPorts } from './publish-facts';
import { checkTasks } from './proven-tasks';
import { publishedImage } from './published-image';
import { isRebuildable, type Rebuild } from './rebuild';

export type { PublishPorts } from './publish-facts';

export interface PublishResult {
  readonly project: string;
  readonly ok: boolean;
  readonly plan: PublicationPlan | undefined;
  readonly outcome: PublicationOutcome | undefined;
  readonly error: DockerCacheError | undefined;
}

/** Projects that are under way at once. */
const AT_ONCE = 8;

/**
 * The whole story of publishing: all projects are planned before the first tag is given, so that two which contradict
 * each other give none, and where an immutable tag holds another image none is given at all. What else goes wrong with
 * one project is in its result, and the others go on.
 * @param rebuild for an image that the registry has lost; undefined: that is an error
 */
export async function publishProjects(
  projects: readonly PublishedProject[],
  ports: PublishPorts,
  signal: AbortSignal,
  rebuild?: Rebuild,
): Promise<PublishResult[]> {
  // One commit, one CI run: git and the service are asked once for all.
  const source = await ports.source.facts();
  const planned = await mapBounded(projects, AT_ONCE, (project) => plan(project, source, ports, signal));
  let conflict = conflictOf(planned);
  const asked =
    conflict === undefined
      ? await mapBounded(planned, AT_ONCE, (result) => ask(result, ports, signal))
      : planned;
  for (const [index, project] of projects.entries()) {
    const { error, plan: gone } = asked[index]!;
    if (error?.code !== 'DIGEST_GONE' || rebuild === undefined) continue;
    if (gone?.dryRun !== false || !isRebuildable(project)) continue;
    asked[index] = await askAgain(project, asked[index]!, source, { ports, rebuild, signal });
  }
  conflict ??= conflictOf(asked);
  const end = conflict ?? asked.find(({ error }) => error?.code === 'TAG_IMMUTABLE')?.error;
  return mapBounded(asked, AT_ONCE, async (result) => {
    const done =
      end === undefined
        ? await run(result, ports, signal)
        : { ...result, ok: false, error: result.error ?? end };
    report(done, ports);
    return done;
  });
}

interface Planned extends PublishResult {
  /** Path of the receipt, relative to the workspace root. */
  readonly receipt: string;
  /** Indexes of several platforms that are given tags, whether the registry has them or not. */
  readonly made: readonly RegistryManifest[];
  /** undefined where there is nothing to give. */
  readonly asked?: AskedPublication;
}

async function plan(
  project: PublishedProject,
  source: SourceFacts,
  ports: PublishPorts,
  signal: AbortSignal,
): Promise<Planned> {
  const receipt = receiptPath(project.name, project.build.target);
  const result = { project: project.name, receipt, outcome: undefined };
  try {
    const { options, facts, built } = await gatherPublication(project, source, ports);
    const image = publishesNothing(options, facts)
      ? undefined
      : await publishedImage(
          { project, receipt, source, stages: options.stages, platforms: built.platforms },
          ports,
          signal,
        );
    const read = image && { path: receipt, build: image.build };
    const made = image?.made ?? [];
    const publication = planPublication(options, facts, read);
    if (image !== undefined && !options.allowDirty) await checkCommitted(project, image.build, source, ports);
    if (image !== undefined && options.tasks) await checkTasks(project, source, ports, signal);
    return { ...result, ok: true, plan: publication, made, error: undefined };
  } catch (error) {
    return { ...result, ok: false, plan: undefined, made: [], error: expected(error) };
  }
}

function conflictOf(planned: readonly Planned[]): DockerCacheError | undefined {
  try {
    checkBuilds(planned.flatMap((result) => (result.plan === undefined ? [] : [result.plan])));
    return undefined;
  } catch (error) {
    return expected(error);
  }
}

async function ask(planned: Planned, ports: PublishPorts, signal: AbortSignal): Promise<Planned> {
  const { plan: publication, made } = planned;
  if (publication === undefined || publication.tags.length === 0) return planned;
  try {
    return { ...planned, asked: await askPublication(publication, ports, signal, made) };
  } catch (error) {
    return { ...planned, ok: false, error: expected(error) };
  }
}

interface Again {
  readonly ports: PublishPorts;
  readonly rebuild: Rebuild;
  readonly signal: AbortSignal;
}

/** A build may give another digest than the one that is gone, so all is planned anew. */
async function askAgain(
  project: PublishedProject,
  gone: Planned,
  source: SourceFacts,
  { ports, rebuild, signal }: Again,
): Promise<Planned> {
  try {
    const error = await rebuild(project, signal);
    if (error !== undefined) return { ...gone, error };
  } catch (error) {
    return { ...gone, error: expected(error) };
  }
  return ask(await plan(project, source, ports, signal), ports, signal);
}

async function run(planned: Planned, ports: PublishPorts, signal: AbortSignal): Promise<Planned> {
  const { asked } = planned;
  if (asked === undefined) return planned;
  try {
    const outcome = await runPublication(asked, ports, signal);
    await writeReport({ ...planned, outcome }, ports);
    return {
      ...planned,
      ok: outcome.ok,
      outcome,
      error: outcome.ok ? undefined : failureOf(planned.project, outcome),
    };
  } catch (error) {
    return { ...planned, ok: false, error: expected(error) };
  }
}

/** Beside the receipt, for whatever deploys next. Only a report: that it cannot be written is a line. */
async function writeReport(
  { plan: publication, outcome, receipt }: Planned,
  ports: PublishPorts,
): Promise<void> {
  if (outcome?.dryRun !== false) return;
  const path = posix.join(posix.dirname(receipt), posix.basename(receipt).replace(/^receipt/, 'publication'));
  try {
    await ports.files.writeAtomic(path, `${JSON.stringify({ plan: publication, outcome }, undefined, 2)}\n`);
  } catch (error) {
    ports.logger.warn(`${path} could not be written: ${(error as Error).message}`);
  }
}

function report({ plan: publication, outcome, error }: Planned, { logger }: PublishPorts): void {
  if (publication !== undefined && (outcome !== undefined || error === undefined))
    formatPublication(publication, outcome, logger.colors).forEach((line) => logger.line(line));
  if (error !== undefined) logger.line(error.format());
}

function failureOf(project: string, { tags }: PublicationOutcome): DockerCacheError {
  const failed = tags.filter(({ state }) => state === 'failed' || state === 'overtaken');
  return new DockerCacheError({
    code: 'PUBLISH_FAILED',
    message: `${failed.length} of ${tags.length} tags of ${project} could not be published`,
    expected: 'a registry that takes them, and a login that may push',
    found: failed.map(({ ref, message }) => `${ref}: ${message ?? 'refused'}`).join('\n'),
    hint: 'Publish again once that is put right: what is published already stays as it is.',
  });
}

function expected(error: unknown): DockerCacheError {
  if (error instanceof DockerCacheError) return error;
  throw error instanceof Error ? error : new InternalError(String(error));
}
