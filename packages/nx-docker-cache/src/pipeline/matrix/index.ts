import type { JudgedBuild } from '../../affected';
import type { ShardMatrix, ShardWeight } from '../../model/matrix';
import { checkProjectName, planShards, rounded, type ShardWork } from '../../plan';
import { concernedBuilds, everyBuild, type AffectedPorts } from '../affected';
import { askAll } from '../affected/ask-all';
import type { AskedRange } from '../affected/range';
import { weigh } from './weigh';

export interface MatrixRequest extends AskedRange {
  /** 1 or more. */
  readonly shards: number;
  /** Only what a change concerns. */
  readonly affected: boolean;
  /** Leave out what the registry or the engine holds; such a project gets no tag from this run. */
  readonly skipKnown: boolean;
}

/**
 * Splits builds over agents. Nothing is built or written.
 * @throws DockerCacheError IMAGE_CYCLE, INVALID_PROJECT_NAME, and what `findAffected` throws
 */
export async function planMatrix(request: MatrixRequest, ports: AffectedPorts): Promise<ShardMatrix> {
  const all = request.affected ? await concernedBuilds(request, ports) : await everyBuild(ports);
  // The names are for a shell.
  for (const { project } of all) checkProjectName(project.name);
  const { builds, skipped } = request.skipKnown
    ? await withoutKnown(all, ports)
    : { builds: all, skipped: [] };
  const weights = await weigh(builds, ports.files);
  const work = weights.map(({ project, seconds }): ShardWork => ({
    name: project,
    seconds,
    needs: builds.flatMap((build) =>
      build.project.name === project ? build.bases.map((base) => base.project) : [],
    ),
  }));
  const shards = planShards(work, request.shards);
  const shown = weights.map((weight) => ({ ...weight, seconds: rounded(weight.seconds) }));
  return {
    ...{ version: 1, asked: request.shards, shards, weights: shown, skipped },
    notes: notesOf(request.shards, shards, weights),
  };
}

/** A project is left out where all of its builds are known. */
async function withoutKnown(
  all: readonly JudgedBuild[],
  ports: AffectedPorts,
): Promise<{ builds: JudgedBuild[]; skipped: ShardMatrix['skipped'] }> {
  const states = await askAll(all, ports);
  const needed = new Set(
    all.flatMap(({ project }, at) => (states[at]!.state === 'known' ? [] : [project.name])),
  );
  const skipped = new Map(
    all.flatMap(({ project }, at) => (needed.has(project.name) ? [] : [[project.name, states[at]!.reason]])),
  );
  return {
    builds: all.filter(({ project }) => needed.has(project.name)),
    skipped: [...skipped].sort().map(([project, reason]) => ({ project, reason })),
  };
}

function notesOf(asked: number, shards: ShardMatrix['shards'], weights: readonly ShardWeight[]): string[] {
  const guessed = weights.filter(({ from }) => from === 'estimate').length;
  const total = shards.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = shards.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const uneven = shards.length > 1 && longest > (1.5 * total) / shards.length;
  const heavy = shards.find(({ seconds }) => seconds === longest);
  return [
    ...(shards.length < asked
      ? [
          `${asked} shards were asked for, and there is work for ${shards.length}: projects that stand on each other's images stay together`,
        ]
      : []),
    ...(guessed > 0
      ? [
          `${guessed} of ${weights.length} durations are estimated from Dockerfiles; receipts in .nx-docker-cache would tell them`,
        ]
      : []),
    ...(uneven
      ? [`shard ${heavy?.shard} has most of the work: a project or a group of them cannot be split`]
      : []),
  ];
}
