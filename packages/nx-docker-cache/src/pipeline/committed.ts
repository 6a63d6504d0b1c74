import type { SourceFacts } from '../model/facts';
import type { PublishedBuild } from '../model/publication';
import { hasOtherFiles, inputsAmong, uncommitted } from '../plan/publish';
import type { PublishedProject } from '../ports/workspace';
import { withContent } from './parts';
import { identifyBuild } from './prepare';
import type { PublishPorts } from './publish-facts';

/**
 * Whether an image is of its commit: neither does git know of changes among what the build reads, nor did the build read
 * other files than are here now. In CI, where steps before a build may write versions, it is a warning.
 * @throws DockerCacheError UNCOMMITTED
 */
export async function checkCommitted(
  project: PublishedProject,
  build: PublishedBuild,
  source: SourceFacts,
  ports: PublishPorts,
): Promise<void> {
  // Another commit's receipt is refused for that.
  if (source.commit === undefined || build.commit !== source.commit) return;
  const changed = await ports.history.uncommitted();
  // In CI nobody puts changes aside between two steps, and files are not read once more for that.
  if (changed.length === 0 && (source.ci || build.inputs.length === 0)) return;
  const { name, root } = project;
  const known = { ...ports, source: { facts: () => Promise.resolve(source) } };
  const main = await identifyBuild({ name, root, ...project.build }, known);
  const { options, facts } = main;
  const read = inputsAmong(changed, facts.files, [options.target, ...options.stages]);
  const isOther = async (): Promise<boolean> => {
    const { content } = await withContent(main, ports, { beside: false, builds: false });
    return hasOtherFiles(build.inputs, content.inputs);
  };
  if (read.length === 0 && (source.ci || !(await isOther()))) return;
  const error = uncommitted({ name, target: project.build.target }, read, source.commit);
  if (!source.ci) throw error;
  ports.logger.warn(`${error.message}: ${error.found}`);
}
