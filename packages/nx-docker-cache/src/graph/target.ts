import type { TargetConfiguration } from '@nx/devkit';
import { ignoreFileCandidates } from '../dockerfile/ignore';
import { receiptPath, stageKeysFolder } from '../plan/state';
import { BUILD_EXECUTOR, type ImageBuild, type Workspace } from './builds';
import type { BuildContext, Contexts } from './contexts';
import { basesOf, dependsOnOf, type Images } from './depends-on';
import { expandAll } from '../layout/image-names';
import { ALL } from './ignored';
import { isWholeWorkspace } from '../layout/root-files';
import { inputsOf, type Inputs } from './inputs';
import { outputAt, type Output } from '../layout/outputs';
import { join } from '../layout/paths';
import type { Sources } from '../layout/git-sources';

export interface Surroundings extends Workspace {
  readonly contexts: Contexts;
  readonly sources: Sources;
  readonly images: Images;
  readonly ofDependencies: 'production' | 'default';
}

/** The target of one Dockerfile. Pure in what the workspace holds: no commit, no date, no environment. */
export function targetOf(build: ImageBuild, around: Surroundings): TargetConfiguration {
  const { project, targetName, dockerfile, summary } = build;
  const settled = around.contexts.of(build);
  const { outputs, inputs } = readBy(build, settled, around);
  const dependsOn = dependsOnOf(build, outputs, around.images);
  return {
    executor: BUILD_EXECUTOR,
    options: optionsOf(build, settled, around),
    // A hit of Nx's cache would report an image that may be nowhere.
    cache: false,
    // Said, so that Nx need not read the executor's schema for every target to find out.
    continuous: false,
    inputs,
    outputs: [receiptPath, stageKeysFolder].map(
      (place) => `{workspaceRoot}/${place(project.name, targetName)}`,
    ),
    ...(dependsOn.length > 0 ? { dependsOn } : {}),
    metadata: {
      technologies: ['docker'],
      description:
        summary.problem === undefined
          ? `Build the image of ${dockerfile} with a layer cache that all agents share`
          : `Cannot be built yet: ${summary.problem.split('\n')[0]!}`,
    },
  };
}

/** What a build reads, and nothing else. */
function readBy(
  build: ImageBuild,
  { context, heard }: Pick<BuildContext, 'context' | 'heard'>,
  around: Surroundings,
): { readonly outputs: readonly Output[]; readonly inputs: Inputs } {
  const ignore = ignoreRules(build.dockerfile, context, around);
  const outputs = copiedOutputs(build, context, around);
  const inputs = inputsOf({
    ...{ build, context, heard, ignoreFiles: ignore.files, sent: ignore.sent },
    ownsFolder: around.projects.ownsFolder(build.project.root),
    outputs: new Set(outputs.map(({ path }) => path)),
    receipts: basesOf(build, around.images).map((base) => receiptPath(base.project.name, base.targetName)),
    ...{ ofDependencies: around.ofDependencies, disk: around.disk },
  });
  return { outputs, inputs };
}

/**
 * What a stage reads, as far as that can be said without a file that another task leaves; what others make it of is said by
 * what they are made of.
 * @param besides files that count although the stage may not get them
 */
export function sourcesOfStage(
  build: ImageBuild,
  stage: string,
  besides: readonly string[],
  around: Surroundings,
): Inputs {
  const text = around.disk.readText(build.dockerfile) ?? '';
  const summary = around.store.dockerfile(text, { ...build.options, target: stage });
  // A stage by itself might suggest another context; it is the same Dockerfile, so it is the same one.
  const context = around.contexts.of(build);
  const options = { ...build.options, secretFiles: [...build.options.secretFiles, ...besides] };
  const { outputs, inputs } = readBy({ ...build, summary, options }, context, around);
  const named = around.ofDependencies;
  const made = [
    ...(outputs.length > 0 ? [named] : []),
    ...(outputs.length > 0 || basesOf({ ...build, summary }, around.images).length > 0 ? [`^${named}`] : []),
  ];
  const own = inputs.filter((input) => typeof input === 'string' || !('dependentTasksOutputFiles' in input));
  return [...own, ...made.filter((input) => !own.includes(input))];
}

function copiedOutputs(build: ImageBuild, context: string, { projects, sources }: Surroundings): Output[] {
  return build.summary.sources
    .filter(
      (source) => source.kind !== 'unresolved' && !isWholeWorkspace(source, context) && source.path !== '.',
    )
    .flatMap(({ path }) => outputAt(join(context, path), build.project, projects, sources.isSource) ?? []);
}

function ignoreRules(dockerfile: string, context: string, { store, disk }: Surroundings) {
  const files: string[] = [];
  for (const file of ignoreFileCandidates(dockerfile, context)) {
    files.push(file);
    const text = disk.readText(file);
    if (text !== undefined) return { files, sent: store.ignore(text) };
  }
  return { files, sent: ALL };
}

function optionsOf(
  build: ImageBuild,
  { context, decided, siblings }: BuildContext,
  { shared }: Workspace,
): Record<string, unknown> {
  // What siblings have decided is not written down: it would be evidence for others, and the report would not name them.
  const isSaid = decided && siblings.length === 0 && build.options.context === undefined;
  const {
    targetName: _name,
    include: _include,
    exclude: _exclude,
    publish: _publish,
    projects: _projects,
    image,
    ...others
  } = shared;
  const stages = [...new Set(build.options.tasks.map(({ stage }) => stage))];
  return {
    dockerfile: build.dockerfile,
    ...(isSaid ? { context } : {}),
    ...(image === undefined && build.suffix === '' ? {} : { image: build.image }),
    ...(stages.length === 0 ? {} : { stages }),
    ...expandAll(others, build.project),
  };
}
