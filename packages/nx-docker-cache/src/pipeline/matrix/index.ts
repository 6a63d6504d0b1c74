import type { JudgedBuild } from '../../affected';
import type { Shard, ShardBuild, ShardMatrix, ShardWeight } from '../../model/matrix';
import { checkProjectName, planShards, rounded, type ShardWork } from '../../plan';
import type { RunnerTask } from '../../ports/changes';
import { askedOf, concernedBuilds, everyBuild, type AffectedPorts } from '../affected';
import { askAll } from '../affected/ask-all';
import { checkImages } from '../affected/check-images';
import type { AskedRange } from '../affected/range';
import { buildName } from '../named-build';
import { checkScripts } from './scripts';
import { weigh } from './weigh';

export interface MatrixRequest extends AskedRange {
  /** 1 or more. */
  readonly shards: number;
  /** Only what a change concerns. */
  readonly affected: boolean;
  /** Leave out what the registry or the engine holds; such a project gets no tag from this run. */
  readonly skipKnown: boolean;
  /** Durations from this checkout alone, so that agents that plan one after another get the same. */
  readonly localTimes: boolean;
}

/**
 * Splits builds over agents. Nothing is built or written.
 * @throws DockerCacheError CONFLICTING_PLAN, IMAGE_CYCLE, INVALID_PROJECT_NAME, NO_TARGET, and what `findAffected` throws
 */
export async function planMatrix(request: MatrixRequest, ports: AffectedPorts): Promise<ShardMatrix> {
  const runner = ports.runner.name;
  const chosen = request.affected ? await concernedBuilds(request, ports) : await everyBuild(ports);
  const { builds: all, projects, warnings } = chosen;
  all.forEach((build) => checkWords(build, runner));
  await checkImages(all, ports);
  const scripts = runner === 'turborepo' ? checkScripts(all, projects) : [];
  const { builds, skipped } = request.skipKnown
    ? await withoutKnown(all, ports)
    : { builds: all, skipped: [] };
  const weights = await weigh(builds, request.localTimes, ports);
  const named = new Map(builds.map((build) => [nameOf(build), build]));
  const secondsOf = new Map(weights.map(({ project, target, seconds }) => [`${project}:${target}`, seconds]));
  // An agent's runner builds what a build waits for as well, so that two agents would make it at once.
  const order = await ports.runner.order(builds.map(askedOf), projects);
  const work = [...named].map(([name, build]): ShardWork => {
    const { project, target, bases } = build;
    const waits = order.flatMap((one) => (isOf(one.build)(build) ? [one.needs] : []));
    const needed = [...bases, ...waits].flatMap((need) => builds.filter(isOf(need)));
    const seconds = secondsOf.get(`${project.name}:${target}`)!;
    return { name, project: project.name, seconds, needs: needed.map(nameOf) };
  });
  const shards = planShards(work, request.shards).map((shard): Shard => ({
    ...shard,
    builds: shard.projects.map((name) => shardBuildOf(named.get(name)!)),
  }));
  const shown = weights.map((weight) => ({ ...weight, seconds: rounded(weight.seconds) }));
  return {
    ...{ version: 1, asked: request.shards, runner, shards, weights: shown, skipped },
    notes: [...warnings, ...scripts, ...notesOf(request.shards, shards, weights)],
  };
}

function nameOf({ project, target, own }: JudgedBuild): string {
  return buildName(project.name, target, own ? target : undefined);
}

function isOf(task: RunnerTask): (build: JudgedBuild) => boolean {
  return ({ project, target }) => project.name === task.project && target === task.target;
}

function shardBuildOf({ project, target }: JudgedBuild): ShardBuild {
  return { project: project.name, target, root: project.root };
}

/** They are words for a shell. @throws DockerCacheError INVALID_PROJECT_NAME */
function checkWords({ project, target }: JudgedBuild, runner: ShardMatrix['runner']): void {
  checkProjectName(project.name);
  checkProjectName(`${project.name}:${target}`);
  // Turborepo is told folders.
  if (runner === 'turborepo' && project.root !== '.') checkProjectName(project.root);
}

async function withoutKnown(
  all: readonly JudgedBuild[],
  ports: AffectedPorts,
): Promise<{ builds: JudgedBuild[]; skipped: ShardMatrix['skipped'] }> {
  const states = await askAll(all, ports);
  const skipped = all.flatMap(({ project, target }, at) => {
    const { state, reason } = states[at]!;
    return state === 'known' ? [{ project: project.name, target, reason }] : [];
  });
  return {
    builds: all.filter((_, at) => states[at]!.state !== 'known'),
    skipped: skipped.sort((left, right) => (left.project < right.project ? -1 : 1)),
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
          `${asked} shards were asked for, and there is work for ${shards.length}: builds of a project, and those that stand on each other's images or wait for each other, stay together`,
        ]
      : []),
    ...(guessed > 0
      ? [
          `${guessed} of ${weights.length} durations are estimated from Dockerfiles: neither a receipt in .nx-docker-cache nor the registry tells them`,
        ]
      : []),
    ...(uneven
      ? [`shard ${heavy?.shard} has most of the work: a project or a group of them cannot be split`]
      : []),
  ];
}
