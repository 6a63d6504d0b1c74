import type { ContentKey } from '../model/content';
import type { Facts } from '../model/facts';
import type { BuildOptions } from '../model/options';
import type { SkipPlan } from '../model/plan';
import { parseBuildOptions } from '../options';
import { identify, receiptPath, type Identity } from '../plan';
import type { WorkspaceProject } from '../ports/workspace';
import type { Around } from './around';
import { gatherFacts } from './gather';
import { withMetadata } from './metadata';
import { withContent } from './parts';
import type { Ports } from './ports';
import { checkSecrets } from './secrets';

/** What is known before anything but the Dockerfile was read. */
export interface Identified {
  readonly project: WorkspaceProject;
  readonly options: BuildOptions;
  readonly facts: Facts;
  readonly identity: Identity;
  /** Path relative to the workspace root. */
  readonly receipt: string;
}

/** Everything that is known before an engine is asked. */
export interface Prepared extends Identified {
  readonly content: ContentKey;
  readonly skip: SkipPlan;
  /** The build of each platform, where there are several; none of them has parts of its own. */
  readonly parts: readonly Prepared[];
}

/**
 * @param builds false where only the plan is asked for, which writes nothing
 * @throws DockerCacheError
 */
export async function prepare(project: WorkspaceProject, ports: Ports, builds: boolean): Promise<Prepared> {
  const build = await identifyBuild(project, ports);
  checkSecrets(build.options.secrets, ports.environment, ports.files);
  return withContent(build, ports, { beside: false, builds });
}

/**
 * Reads no secret: who only looks for an image needs none.
 * @param around who identifies several builds has one for all
 * @throws DockerCacheError
 */
export async function identifyBuild(
  project: WorkspaceProject,
  ports: Pick<Ports, 'files' | 'source' | 'workspace' | 'environment'>,
  around?: Around,
): Promise<Identified> {
  const parsed = parseBuildOptions(project.options, `the options of ${project.name}:${project.target}`);
  const options = await withMetadata(parsed, project, ports.files);
  const facts = await gatherFacts(options, project, ports, around);
  const receipt = receiptPath(project.name, project.target);
  return { project, options, facts, identity: identify(options, facts), receipt };
}
