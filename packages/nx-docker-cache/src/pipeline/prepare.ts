import type { ContentKey } from '../model/content';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { SkipPlan } from '../model/plan';
import { parseBuildOptions } from '../options';
import { identify, planSkip, receiptPath, type Identity } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import { readContent } from './content';
import { gatherFacts } from './gather';
import { withMetadata } from './metadata';
import type { Ports } from './ports';

/** Everything that is known before an engine is asked. */
export interface Prepared {
  readonly project: WorkspaceProject;
  readonly options: BuildOptions;
  readonly facts: Facts;
  readonly identity: Identity;
  readonly content: ContentKey;
  readonly skip: SkipPlan;
  /** Path relative to the workspace root. */
  readonly receipt: string;
}

/**
 * @param builds false where only the plan is asked for, which writes nothing
 * @throws DockerCacheError
 */
export async function prepare(project: WorkspaceProject, ports: Ports, builds: boolean): Promise<Prepared> {
  const parsed = parseBuildOptions(project.options, `the options of ${project.name}:${project.target}`);
  const options = await withMetadata(parsed, project, ports.files);
  const facts = await gatherFacts(options, project, ports);
  const identity = identify(options, facts);
  const content = await readContent(options, facts, identity, ports, builds && !options.dryRun);
  const skip = planSkip(options, identity, content);
  const receipt = receiptPath(project.name, project.target);
  return { project, options, facts, identity, content, skip, receipt };
}
