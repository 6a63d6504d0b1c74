import type { JudgedBuild } from '../../affected';
import { DockerCacheError } from '../../errors';
import type { SourceFacts } from '../../model/facts';
import type { ShardMatrix } from '../../model/matrix';
import { mapBounded } from '../../run/bounded';
import type { AffectedPorts } from '../affected';
import { askAll } from '../affected/ask-all';
import { taggedFor } from '../affected/tagged';
import { unprovenTasks } from '../proven-tasks';

/** Projects whose tasks are asked about at a time. */
const AT_ONCE = 8;

/**
 * What is held is left out. What is read by a tag that only this run gives stays, since it gets that by being skipped; so
 * does what has a stage task that is not known to have passed, which nobody else would run.
 */
export async function withoutKnown(
  all: readonly JudgedBuild[],
  ports: AffectedPorts,
): Promise<{ builds: JudgedBuild[]; skipped: ShardMatrix['skipped'] }> {
  const states = await askAll(all, ports);
  const source = await ports.source.facts();
  const stays = await mapBounded(
    all.map((build, at) => ({ build, state: states[at]!.state })),
    AT_ONCE,
    async ({ build, state }) => state !== 'known' || !(await havePassed(build, source, ports)),
  );
  const needed = all.filter((_, at) => stays[at]);
  const tagged = await taggedFor(needed, all, ports);
  const chosen = new Set([...needed, ...tagged.keys()]);
  const skipped = all.flatMap((build, at) => {
    const { project, target } = build;
    return chosen.has(build) ? [] : [{ project: project.name, target, reason: states[at]!.reason }];
  });
  return {
    builds: all.filter((build) => chosen.has(build)),
    skipped: skipped.sort((left, right) => (left.project < right.project ? -1 : 1)),
  };
}

/** Where nobody can say, they are run. */
async function havePassed(
  { project, target }: JudgedBuild,
  source: SourceFacts,
  ports: AffectedPorts,
): Promise<boolean> {
  try {
    const publication = await ports.workspace.publication(project.name, target);
    return (await unprovenTasks(publication, source, ports, new AbortController().signal)).length === 0;
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return false;
  }
}
