import { DockerCacheError } from '../errors';
import { parseBuildOptions } from '../options';
import { cachePlanOf, checkConflicts, identify, type Writes } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { gatherFacts } from './gather';
import type { Ports } from './ports';

/**
 * Looks at what several builds of one run will write, before the first of them starts. Costs no content key.
 * @throws DockerCacheError CONFLICTING_PLAN
 */
export async function checkRun(projects: readonly WorkspaceProject[], ports: Ports): Promise<void> {
  // One checkout, so one answer.
  const source = ports.source.facts();
  const shared = { ...ports, source: { facts: () => source } };
  const found: Writes[] = [];
  for (const project of projects) {
    const writes = await writesOf(project, shared);
    if (writes !== undefined) found.push(writes);
  }
  checkConflicts(found);
}

/** undefined where there will be no build: its own turn says why, and does not keep the others from theirs. */
async function writesOf(project: WorkspaceProject, ports: Ports): Promise<Writes | undefined> {
  try {
    const options = parseBuildOptions(project.options, `the options of ${project.name}:${project.target}`);
    const facts = await gatherFacts(options, project, ports);
    const identity = identify(options, facts);
    const engine = await ports.engine.facts(options.builder);
    const { to, inlineTag } = cachePlanOf(options, facts, identity, engine);
    const pushes = inlineTag === undefined ? identity.tags : [...identity.tags, inlineTag];
    return { project: project.name, caches: to, pushes };
  } catch (error) {
    if (error instanceof DockerCacheError) return undefined;
    throw error;
  }
}
