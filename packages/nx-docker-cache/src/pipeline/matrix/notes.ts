import type { JudgedBuild } from '../../affected';
import type { Shard, ShardWeight } from '../../model/matrix';
import { NOT_HELD } from '../affected/known';
import { buildName } from '../named-build';
import { standsOn, type Bonds } from './bonds';
import type { Settled } from './settled';

export interface Split {
  readonly request: { readonly shards: number; readonly localTimes: boolean };
  readonly shards: readonly Shard[];
  readonly weights: readonly ShardWeight[];
  readonly bonds: Bonds;
  /** Builds that were not asked for, and are planned since others wait for them. */
  readonly besides: readonly JudgedBuild[];
  readonly settled: Settled;
}

/** Bases that are named, those that keep most together first. */
const NAMED = 3;

/** What is worth knowing of a split, for people. */
export function notesOf(split: Split): string[] {
  const { request, shards, weights, besides, settled } = split;
  const guessed = weights.filter(({ from }) => from === 'estimate').length;
  const total = shards.reduce((sum, { seconds }) => sum + seconds, 0);
  const longest = shards.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const isUneven = shards.length > 1 && longest > (1.5 * total) / shards.length;
  const heavy = shards.find(({ seconds }) => seconds === longest);
  const isShort = shards.length < request.shards;
  return [
    ...(isShort
      ? [
          `${request.shards} shards were asked for, and there is work for ${shards.length}: builds of a project, and those that stand on each other's images or wait for each other, stay together`,
        ]
      : []),
    ...(guessed > 0
      ? [
          `${guessed} of ${weights.length} durations are estimated from Dockerfiles: neither a receipt in .nx-docker-cache nor the registry tells them`,
        ]
      : []),
    ...besides.map(
      (build) =>
        `${nameOf(build)} is planned as well: others wait for it, so that their agents build it, and ${settled.stateOf(build)!.reason}`,
    ),
    ...(isUneven
      ? [`shard ${heavy?.shard} has most of the work: a project or a group of them cannot be split`]
      : []),
    ...(isShort ? basesIn(shards, split) : isUneven && heavy !== undefined ? basesIn([heavy], split) : []),
  ];
}

/** Who stands on a common base is on one agent, and what to do about it. */
function basesIn(shards: readonly Shard[], { bonds, settled, request }: Split): string[] {
  const inside = new Set(
    shards.flatMap(({ builds }) => builds.map(({ project, target }) => `${project}:${target}`)),
  );
  const readers = new Map<JudgedBuild, Set<string>>();
  for (const [build, bound] of bonds)
    for (const base of bound) {
      if (base.project.name === build.project.name) continue;
      readers.set(base, (readers.get(base) ?? new Set()).add(build.project.name));
    }
  return [...readers]
    .filter(([{ project, target }, of]) => of.size > 1 && inside.has(`${project.name}:${target}`))
    .sort(([, left], [, right]) => right.size - left.size)
    .slice(0, NAMED)
    .map(([base, of]) => {
      const bases = [...standsOn(base, bonds), base].map(nameOf).sort();
      const advice = helps(base, bonds, settled)
        ? `; built before the matrix is planned (nx-docker-cache build ${bases.join(' ')}), it keeps nobody`
        : '';
      return `${nameOf(base)} keeps ${of.size} projects that need it on its agent: ${why(base, settled, request)}${advice}`;
    });
}

function why(base: JudgedBuild, settled: Settled, { localTimes }: Split['request']): string {
  const asked = settled.stateOf(base);
  if (asked === undefined)
    return localTimes ? '--local-times asks no registry for it' : 'nobody was asked for it';
  return settled.isHeld(base) ? 'they read a tag of it that this run has yet to give' : asked.reason;
}

/** Some builds leave nothing that another agent could take: what they are is only known once they ran. */
function helps(base: JudgedBuild, bonds: Bonds, settled: Settled): boolean {
  const asked = settled.stateOf(base);
  if (asked === undefined) return false;
  return asked.state === 'known' || asked.reason === NOT_HELD || bonds.get(base)!.length > 0;
}

function nameOf({ project, target, own }: JudgedBuild): string {
  return buildName(project.name, target, own ? target : undefined);
}
