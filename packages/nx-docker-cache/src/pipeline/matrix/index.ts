import type { JudgedBuild } from '../../affected';
import type { Shard, ShardBuild, ShardMatrix } from '../../model/matrix';
import { checkProjectName, planShards, rounded, type ShardWork } from '../../plan';
import { askedOf, concernedBuilds, everyBuild, type AffectedPorts, type ChosenBuilds } from '../affected';
import { checkImages } from '../affected/check-images';
import type { AskedRange } from '../affected/range';
import { buildName } from '../named-build';
import { bondsOf } from './bonds';
import { withoutKnown } from './known';
import { MadeBefore } from './made-before';
import { Needs } from './needs';
import { notesOf } from './notes';
import { checkScripts } from './scripts';
import { Settled } from './settled';
import { stageTasks } from './tasks';
import { weigh } from './weigh';

export interface MatrixRequest extends AskedRange {
  /** 1 or more. */
  readonly shards: number;
  /** Only what a change concerns. */
  readonly affected: boolean;
  /**
   * Leave out what the registry or the engine holds, where its stage tasks are known to have passed; such a project gets no
   * tag from this run.
   */
  readonly skipKnown: boolean;
  /**
   * No registry is asked for durations and for what others stand on, so that agents that plan one after another get the
   * same.
   */
  readonly localTimes: boolean;
}

/**
 * Splits builds over agents. Nothing is built or written.
 * @throws DockerCacheError CONFLICTING_PLAN, IMAGE_CYCLE, INVALID_PROJECT_NAME, NO_TARGET, and what `findAffected` throws
 */
export async function planMatrix(request: MatrixRequest, ports: AffectedPorts): Promise<ShardMatrix> {
  const runner = ports.runner.name;
  const chosen = request.affected ? await concernedBuilds(request, ports) : await everyBuild(ports);
  const { projects, warnings } = chosen;
  chosen.builds.forEach((build) => checkWords(build, runner));
  const asked = request.skipKnown
    ? await withoutKnown(chosen.builds, ports)
    : { builds: chosen.builds, skipped: [] };
  const needs = await needsOf(asked.builds, chosen, ports);
  const settled = await settledOf(asked.builds, needs, request, ports);
  // An agent's runner makes what a build waits for as well: what it would have to build is planned, so that no other does.
  const besides = needs.besides(asked.builds).filter((build) => settled.mustBeBuilt(build));
  const builds = [...asked.builds, ...besides];
  besides.forEach((build) => checkWords(build, runner));
  await checkImages([...new Set([...chosen.builds, ...besides])], ports);
  const scripts = runner === 'turborepo' ? checkScripts(builds, projects) : [];
  const weights = await weigh(builds, request.localTimes, (build) => settled.isHeld(build), ports);
  const secondsOf = new Map(weights.map(({ project, target, seconds }) => [`${project}:${target}`, seconds]));
  const bonds = await bondsOf(builds, needs, settled);
  const named = new Map(builds.map((build) => [nameOf(build), build]));
  const work = [...named].map(([name, build]): ShardWork => {
    const { project, target } = build;
    const seconds = secondsOf.get(`${project.name}:${target}`)!;
    return { name, project: project.name, seconds, needs: bonds.get(build)!.map(nameOf) };
  });
  const before = runner === 'git' ? new MadeBefore(projects) : undefined;
  const shards = planShards(work, request.shards).map((shard): Shard => {
    const own = shard.projects.map((name) => named.get(name)!);
    const tasks = runner === 'nx' ? [] : stageTasks(own, projects);
    return { ...shard, builds: own.map(shardBuildOf), scripts: before?.scriptsOf(own) ?? [], tasks };
  });
  const shown = weights.map((weight) => ({ ...weight, seconds: rounded(weight.seconds) }));
  const notes = notesOf({ request, shards, weights, bonds, besides, settled });
  return {
    ...{ version: 1, asked: request.shards, runner, shards, weights: shown, skipped: asked.skipped },
    notes: [...warnings, ...scripts, ...(before?.notesOf(builds) ?? []), ...notes],
  };
}

async function needsOf(
  builds: readonly JudgedBuild[],
  { all, projects }: ChosenBuilds,
  { runner }: AffectedPorts,
): Promise<Needs> {
  return new Needs(all, builds.length === 0 ? [] : await runner.order(all.map(askedOf), projects));
}

function settledOf(
  builds: readonly JudgedBuild[],
  needs: Needs,
  { localTimes }: MatrixRequest,
  ports: AffectedPorts,
): Promise<Settled> {
  const plan = new Set(localTimes ? [] : [...builds, ...needs.besides(builds)]);
  const needed = new Set([...plan].flatMap((build) => needs.of(build).map(({ on }) => on)));
  return Settled.of(
    [...needed].filter((build) => plan.has(build)),
    needs,
    ports,
  );
}

function nameOf({ project, target, own }: JudgedBuild): string {
  return buildName(project.name, target, own ? target : undefined);
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
