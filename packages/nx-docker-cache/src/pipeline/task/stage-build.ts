import { stagePrefix } from '../../plan';
import type { WorkspaceProject } from '../../ports/workspace';
import type { Prepared } from '../prepare';

type Raw = Readonly<Record<string, unknown>>;

/** The project's build as the build of one of its stages; enough to know its content and its names. */
export function asStage(project: WorkspaceProject, stage: string): WorkspaceProject {
  const {
    stages: _stages,
    stage: _stage,
    tasks: _tasks,
    ...options
  } = (project.options ?? {}) as Record<string, unknown>;
  return { ...project, options: { ...options, target: stage } };
}

/** Names the stage's own receipt, so that the project's says what the project's build made. */
export function stageTarget(project: WorkspaceProject, { identity }: Prepared): string {
  return `${project.target}.${identity.stage.name ?? identity.stage.index}`;
}

/**
 * The build of a stage that a task needs now: with tags of its own, for the project's belong to its final stage, and
 * kept somewhere, for a build that keeps nothing gives no image to run.
 * @param skip false: built even where the registry says that it has it
 */
export function stageBuild(project: WorkspaceProject, prepared: Prepared, skip: boolean): WorkspaceProject {
  const { identity } = prepared;
  const stage = identity.stage.name ?? String(identity.stage.index);
  const { push, load } = identity.output;
  const built = asStage(project, stage);
  const options: Raw = {
    ...(built.options as Raw),
    tags: [`${stagePrefix(stage)}${push ? '{shortSha}' : 'dev'}`],
    dryRun: false,
    ...(skip ? {} : { skip: false }),
    // One engine runs one platform: its own.
    ...(push || load ? {} : { load: true, platforms: undefined }),
  };
  return { ...built, target: stageTarget(project, prepared), options };
}
