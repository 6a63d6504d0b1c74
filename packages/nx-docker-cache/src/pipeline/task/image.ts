import { DockerCacheError } from '../../errors';
import type { WorkspaceProject } from '../../ports/workspace';
import { buildProject } from '..';
import type { Prepared } from '../prepare';
import { inRegistry, ofBuild, type Candidate } from './candidates';
import type { TaskPorts } from './ports';
import { stageBuild } from './stage-build';

/** The reason of what was not tried any more. */
const INTERRUPTED = 'interrupted';

/**
 * The image of a stage with exactly this content, in the engine: what the last build of this checkout left, then what
 * the registry has under the content key; what is nowhere is built, and so is what no key can tell from other content.
 * Never by a tag that moves.
 * @param left what the receipts of this checkout have
 * @throws DockerCacheError BUILD_FAILED and all that a build throws, NO_IMAGE, INTERRUPTED
 */
export async function stageImage(
  project: WorkspaceProject,
  prepared: Prepared,
  left: readonly Candidate[],
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<Candidate> {
  const lost: string[] = [];
  const there =
    (await firstThere(left, lost, ports, signal)) ??
    (await firstThere(await inRegistry(prepared, ports), lost, ports, signal));
  if (there !== undefined) return there;
  if (signal.aborted) throw interrupted();
  for (const problem of new Set(lost)) ports.logger.warn(`${problem}; the stage is built again`);
  // What was promised is not there: another look at the same key would find the same promise.
  const build = stageBuild(project, prepared, lost.length === 0);
  const { receipt, error } = await buildProject(build, ports, signal);
  if (error !== undefined) throw error;
  if (receipt === undefined) throw interrupted();
  const problems: string[] = [];
  const built = await firstThere(ofBuild(receipt, prepared), problems, ports, signal);
  if (built !== undefined) return built;
  throw problems.includes(INTERRUPTED) ? interrupted() : noImage(prepared, problems);
}

/** @param lost gets the reason of each that is not to be had */
async function firstThere(
  candidates: readonly Candidate[],
  lost: string[],
  ports: TaskPorts,
  signal: AbortSignal,
): Promise<Candidate | undefined> {
  for (const candidate of candidates) {
    const problem = await obtain(candidate, ports, signal);
    if (problem === undefined) return candidate;
    lost.push(problem);
  }
  return undefined;
}

/** Puts an image into the engine, if it is not there. @returns why that cannot be done */
async function obtain(
  { reference }: Candidate,
  { engine, probe, containers, logger }: TaskPorts,
  signal: AbortSignal,
): Promise<string | undefined> {
  if ((await engine.imageId(reference)) !== undefined) return undefined;
  if (!reference.includes('@')) return `the engine does not have ${reference} any more`;
  const result = await probe.probe(reference);
  if (result.state === 'missing') return `${reference} is gone from the registry`;
  if (signal.aborted) return INTERRUPTED;
  logger.line(`pulling ${reference}`);
  const problem = await containers.pull(reference, signal);
  return problem === undefined ? undefined : `${reference} cannot be pulled: ${problem}`;
}

export function interrupted(): DockerCacheError {
  return new DockerCacheError({
    code: 'INTERRUPTED',
    message: 'the task was interrupted',
    hint: 'Run it again.',
  });
}

function noImage({ identity }: Prepared, problems: readonly string[]): DockerCacheError {
  return new DockerCacheError({
    code: 'NO_IMAGE',
    message: `the image of stage ${identity.stage.name ?? identity.stage.index} was built, and this engine cannot have it`,
    expected: 'an image in the engine, or one that can be pulled',
    found: problems.length === 0 ? 'a build that keeps no image' : problems.join('\n'),
    hint: 'Set `load: true` for the build, or `push: true` with a registry that this engine can read.',
  });
}
