import type { JudgedBuild } from '../../affected';
import { DockerCacheError } from '../../errors';
import { parseBuildOptions } from '../../options';
import { namingOf, timesRef } from '../../plan';
import { mapBounded } from '../../run/bounded';
import { readEnvironment } from '../gather';
import type { Ports } from '../ports';

/** Answers that are waited for at a time. */
const AT_ONCE = 8;
/** A registry that failed so often is not asked again: an estimate is good enough. */
const MAX_FAILURES = 8;

type TimesPorts = Pick<Ports, 'workspace' | 'source' | 'environment' | 'times'>;

/** What other agents say of how long builds take, in the order of the builds; undefined where none does. */
export async function timesOf(
  builds: readonly JudgedBuild[],
  ports: TimesPorts,
): Promise<(number | undefined)[]> {
  // One checkout, so one answer.
  const facts = ports.source.facts();
  const shared = { ...ports, source: { facts: () => facts } };
  let failures = 0;
  return mapBounded(builds, AT_ONCE, async (build) => {
    if (failures >= MAX_FAILURES) return undefined;
    const reference = await referenceOf(build, shared);
    if (reference === undefined) return undefined;
    try {
      return await ports.times.read(reference);
    } catch {
      failures += 1;
      return undefined;
    }
  });
}

/** undefined where the image goes to no registry, or options are wrong: the build says so. */
async function referenceOf(
  { project, target }: JudgedBuild,
  { workspace, source, environment }: TimesPorts,
): Promise<string | undefined> {
  try {
    const { name, root, options: raw } = await workspace.project(project.name, target);
    const options = parseBuildOptions(raw, `the options of ${name}:${target}`);
    const { image, registryKnown } = namingOf(options, {
      ...{ project: { name, root, target }, source: await source.facts() },
      environment: readEnvironment(options, { environment }),
    });
    return registryKnown ? timesRef(image, target) : undefined;
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    return undefined;
  }
}
