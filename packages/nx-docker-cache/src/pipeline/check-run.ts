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
    const { platforms } = options;
    // Each platform of several has a cache of its own.
    const builds = platforms.length < 2 ? [platforms] : platforms.map((platform) => [platform]);
    const caches = builds.map((some) => {
      const one = { ...options, platforms: some };
      return cachePlanOf(one, facts, identify(one, facts), engine);
    });
    const inline = caches.flatMap(({ inlineTag }) => inlineTag ?? []);
    return {
      project: project.name,
      caches: caches.flatMap(({ to }) => to),
      pushes: [...identity.tags, ...inline],
    };
  } catch (error) {
    if (error instanceof DockerCacheError) return undefined;
    throw error;
  }
}
