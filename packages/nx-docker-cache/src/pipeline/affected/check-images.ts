import type { JudgedBuild } from '../../affected';
import { checkConflicts } from '../../plan';
import { checkElsewhere, type OwnWrites } from '../elsewhere';
import { buildName } from '../named-build';
import { wouldWrite } from '../would-make';
import { projectOf } from './project-of';
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
  const found = await Promise.all(
    builds.map(async (build): Promise<OwnWrites[]> => {
      const of = await projectOf(build, ports.workspace);
      if (of === undefined) return [];
      const { project, target, own: isOwn } = build;
      const { pushes, loads } = await wouldWrite(of, shared);
      return [{ of, project: buildName(project.name, target, isOwn ? target : undefined), pushes, loads }];
    }),
  );
  const own = found.flat();
  checkConflicts(own.map((one) => ({ ...one, caches: [] })));
  await checkElsewhere(own, shared);
}
