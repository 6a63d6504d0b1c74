import type { JudgedBuild } from '../../affected';
import { checkConflicts } from '../../plan';
import { checkElsewhere, type OwnWrites } from '../elsewhere';
import { buildName } from '../named-build';
import { wouldWrite } from '../would-make';
import type { Ports } from '../ports';

/**
 * Builds that several machines share have no run that sees them all: whoever hands them out looks before.
 * @throws DockerCacheError CONFLICTING_PLAN where two of them would push or load the same, or another project would push
 * what one of them does
 */
export async function checkImages(builds: readonly JudgedBuild[], ports: Ports): Promise<void> {
  // One checkout, so one answer.
  const source = ports.source.facts();
  const shared = { ...ports, source: { facts: () => source } };
  const own = await Promise.all(
    builds.map(async ({ project: { name }, target, own: isOwn }): Promise<OwnWrites> => {
      const of = await ports.workspace.project(name, target);
      const { pushes, loads } = await wouldWrite(of, shared);
      return { of, project: buildName(name, target, isOwn ? target : undefined), pushes, loads };
    }),
  );
  checkConflicts(own.map((one) => ({ ...one, caches: [] })));
  await checkElsewhere(own, shared);
}
