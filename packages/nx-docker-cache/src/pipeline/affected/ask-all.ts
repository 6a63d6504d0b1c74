import type { JudgedBuild } from '../../affected';
import { mapBounded } from '../../run/bounded';
import type { Ports } from '../ports';
import { askKnown, type AskedBuild } from './known';
import { projectOf } from './project-of';

/** Builds that are asked about at a time: each reads files and asks a registry. */
const AT_ONCE = 8;

/** In the order of the builds. */
export async function askAll(builds: readonly JudgedBuild[], ports: Ports): Promise<AskedBuild[]> {
  // One checkout, so one answer.
  const source = ports.source.facts();
  const shared = { ...ports, source: { facts: () => source } };
  const asked = await mapBounded(builds, AT_ONCE, (build) => askOne(build, shared));
  return withBases(builds, asked);
}

async function askOne(build: JudgedBuild, ports: Ports): Promise<AskedBuild> {
  if (build.copiesOutputs) return undecided('a task has to make what it copies before anybody can say');
  const project = await projectOf(build, ports.workspace);
  if (project === undefined) return undecided('its folder is no project of the workspace');
  return askKnown(project, ports);
}

/** What stands on an image that will be another one is another one itself, whatever lies in the registry today. */
function withBases(builds: readonly JudgedBuild[], asked: readonly AskedBuild[]): AskedBuild[] {
  const states = [...asked];
  for (let settled = false; !settled;) {
    settled = true;
    builds.forEach(({ bases }, index) => {
      if (states[index]!.state !== 'known') return;
      const first = bases.find((base) =>
        builds.some(
          ({ project, target }, at) =>
            project.name === base.project && target === base.target && states[at]!.state !== 'known',
        ),
      );
      if (first === undefined) return;
      states[index] = undecided(`it stands on ${first.project}, which is not built yet`);
      settled = false;
    });
  }
  return states;
}

function undecided(reason: string): AskedBuild {
  return { state: 'undecided', reason, digests: [] };
}
