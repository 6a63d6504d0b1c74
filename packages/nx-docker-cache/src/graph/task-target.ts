import type { TargetConfiguration } from '@nx/devkit';
import type { TaskOutput } from '../model/task';
import { stageKeyPath } from '../plan/state';
import { planOutputs } from '../plan/task-outputs';
import type { ImageBuild } from './builds';
import { RUN_EXECUTOR } from './publish-target';
import { sourcesOfStage, type Surroundings } from './target';
import { environmentInputs, envFilesOf, machineInputs } from './task-inputs';
import type { GraphTask } from './tasks';

/**
 * The target of one stage task. It reads what its stage is made of and its own options, and nothing else: that is why
 * Nx may cache it. What it is made of is in a file that the build leaves, so the build comes first, and is mostly skipped.
 * Where it was left out of the run (`--excludeTaskDependencies`) Nx passes over that file without a word: so what the stage
 * reads is said as well, or a task that once passed would pass for any source.
 */
export function taskTarget(
  build: ImageBuild,
  task: GraphTask,
  workspace: Surroundings,
): { name: string; target: TargetConfiguration } {
  const { project, targetName } = build;
  const outputs = outputsOf(task, project.root);
  const environment = environmentInputs(task, project.root, workspace);
  const built = task.built && build.summary.stages.includes(stageName(task.stage));
  return {
    name: `${prefixOf(targetName)}-${task.name}`,
    target: {
      executor: RUN_EXECUTOR,
      options: { stage: task.stage, buildTarget: targetName, ...task.options },
      dependsOn: [targetName],
      cache: built && environment !== undefined && isProvable(task),
      continuous: false,
      inputs: [
        { dependentTasksOutputFiles: stageKeyPath(project.name, targetName, stageName(task.stage)) },
        ...machineInputs(build),
        ...(environment ?? []),
        ...sourcesOfStage(build, stageName(task.stage), envFilesOf(task.options, project.root), workspace),
      ],
      ...(outputs.length > 0 ? { outputs } : {}),
      metadata: {
        technologies: ['docker'],
        description: `Run ${task.name} in stage ${task.stage} of ${build.dockerfile}`,
      },
    },
  };
}

/** `docker-build` → `docker`, `docker-build-web` → `docker-web`; a name of the user's own stays whole. */
function prefixOf(targetName: string): string {
  const prefix = targetName.replace(/(^|[-:])build(?=[-:]|$)/, '').replace(/^[-:]/, '');
  return prefix === '' ? 'docker' : prefix;
}

/** Stages are named in any case; the file is named after the Dockerfile's reading of it. */
function stageName(stage: string): string {
  return stage.toLowerCase();
}

/** What a volume or a service gives it is known to nobody. */
function isProvable({ options }: GraphTask): boolean {
  const network = options['network'] ?? 'none';
  return (
    options['record'] === true ||
    (list(options['volumes']).length === 0 &&
      Object.values(record(options['services'])).every(isPinned) &&
      ['none', 'default', 'bridge'].includes(network as string))
  );
}

/** What a tag points at is none of the files that Nx looks at. */
function isPinned(service: unknown): boolean {
  const image = typeof service === 'string' ? service : record(service)['image'];
  return typeof image === 'string' && /@sha256:[0-9a-f]{64}$/.test(image);
}

function outputsOf({ options }: GraphTask, projectRoot: string): string[] {
  const outputs = list(options['outputs']).flatMap((output): TaskOutput[] => {
    if (typeof output === 'string') return [{ from: output, to: output }];
    const { from, to } = (output ?? {}) as Partial<TaskOutput>;
    return typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : [];
  });
  try {
    return planOutputs(outputs, projectRoot).map(({ to }) => `{workspaceRoot}/${to}`);
  } catch {
    // The executor says which one, and why.
    return [];
  }
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
