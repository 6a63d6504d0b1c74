import type { BuildPlan } from '../model/plan';
import type { EngineJointBuild, EnginePort } from '../ports/engine';
import { argvKept } from './argv';
import type { RunBuild } from './bases';
import type { BuildRun } from './build';

/**
 * Bases that were finished before, and that a FROM finds nowhere: one that was loaded is in no registry, and BuildKit in
 * a container sees no other place. They stand in the later solve too, as targets that leave nothing; their steps are
 * in the engine.
 * @returns places, bases first
 */
export function keptFor(places: readonly number[], builds: readonly RunBuild[]): number[] {
  const kept = new Set<number>();
  const addBasesOf = (place: number): void => {
    for (const base of builds[place]!.bases.values()) {
      if (places.includes(base) || kept.has(base) || isFound(builds[base]!.plan)) continue;
      addBasesOf(base);
      kept.add(base);
    }
  };
  places.forEach(addBasesOf);
  return [...kept];
}

function isFound({ output, engine }: BuildPlan): boolean {
  return output.push || (output.load && engine.driver === 'docker');
}

/** References that a build reads from others of its solve, by their index in it. */
export function wiringOf({ bases }: RunBuild, places: readonly number[]): Map<string, number> {
  return new Map(
    [...bases].flatMap(([reference, base]) =>
      places.includes(base) ? [[reference, places.indexOf(base)] as const] : [],
    ),
  );
}

/** @param places of the whole solve */
export function keptBuild(build: RunBuild, places: readonly number[]): EngineJointBuild {
  const { argv, ignore } = build.plan;
  return { argv: argvKept(argv), ignore, bases: wiringOf(build, places), onEvent: () => undefined };
}

/** What the builder took from its neighbours: their images have no FROM of their own in what it tells. */
export function wiredImages(
  place: number,
  builds: readonly RunBuild[],
  runs: ReadonlyMap<number, BuildRun>,
  places: readonly number[],
): { name: string; digest: string }[] {
  return [...builds[place]!.bases].flatMap(([name, base]) => {
    const digest = places.includes(base) ? runs.get(base)?.outcome.digest : undefined;
    return digest === undefined ? [] : [{ name, digest }];
  });
}

/** The engine for a build that is run by itself, its bases beside it where it cannot do without. */
export function engineFor(
  place: number,
  builds: readonly RunBuild[],
  kept: readonly number[],
  engine: Pick<EnginePort, 'build' | 'buildJointly' | 'check'>,
): Pick<EnginePort, 'build' | 'check'> {
  if (kept.length === 0) return engine;
  const places = [place, ...kept];
  const bases = wiringOf(builds[place]!, places);
  return {
    check: (builder) => engine.check(builder),
    build: async ({ argv, ignore, onEvent, ...run }) => {
      const beside = kept.map((base) => keptBuild(builds[base]!, places));
      const ended = await engine.buildJointly({
        ...run,
        builds: [{ argv, ignore, onEvent, bases }, ...beside],
      });
      return { exitCode: ended.exitCode, canceled: ended.canceled, digest: ended.digests[0] };
    },
  };
}
