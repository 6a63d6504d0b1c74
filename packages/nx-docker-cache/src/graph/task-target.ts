import type { TargetConfiguration } from '@nx/devkit';
import { posix } from 'node:path';
import type { TaskOutput } from '../model/task';
import { stageKeyPath } from '../plan/state';
import { planOutputs } from '../plan/task-outputs';
import type { ImageBuild } from './builds';
import { RUN_EXECUTOR } from './publish-target';
import type { GraphTask } from './tasks';

/**
 * The target of one stage task. It reads what its stage is made of and its own options, and nothing else: that is why
 * Nx may cache it. What it is made of is in a file that the build leaves, so the build comes first, and is mostly skipped.
 */
export function taskTarget(
  build: ImageBuild,
  task: GraphTask,
): { name: string; target: TargetConfiguration } {
  const { project, targetName } = build;
  const outputs = outputsOf(task, project.root);
  return {
    name: `${prefixOf(targetName)}-${task.name}`,
    target: {
      executor: RUN_EXECUTOR,
      options: { stage: task.stage, buildTarget: targetName, ...task.options },
      dependsOn: [targetName],
      cache: task.built && build.summary.stages.includes(stageName(task.stage)) && isProvable(task),
      continuous: false,
      inputs: [
        { dependentTasksOutputFiles: stageKeyPath(project.name, targetName, stageName(task.stage)) },
        ...environmentOf(task).map((env) => ({ env })),
        ...envFilesOf(task, project.root).map((file) => `{workspaceRoot}/${file}`),
        { externalDependencies: [] },
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

/** Names of variables whose values come from the machine. */
function environmentOf({ options }: GraphTask): string[] {
  const services = Object.values(record(options['services'])).map((service) => record(service)['env']);
  return [...new Set([options['env'], ...services].flatMap(namesOf))];
}

function namesOf(env: unknown): string[] {
  if (Array.isArray(env))
    return env.filter((entry) => typeof entry === 'string' && !entry.includes('=')) as string[];
  const entries = typeof env === 'object' && env !== null ? Object.entries(env) : [];
  return entries.filter(([, value]) => value === null).map(([name]) => name);
}

function envFilesOf({ options }: GraphTask, projectRoot: string): string[] {
  return list(options['envFile'])
    .filter((file) => typeof file === 'string')
    .map((file) => posix.normalize(file.replaceAll('{projectRoot}', projectRoot)));
}

function list(value: unknown): readonly unknown[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
