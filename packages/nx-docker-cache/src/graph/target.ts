import type { TargetConfiguration } from '@nx/devkit';
import { ignoreFileCandidates } from '../dockerfile/ignore';
import { receiptPath, stageKeysFolder } from '../plan/state';
import { BUILD_EXECUTOR, type ImageBuild, type Workspace } from './builds';
import type { BuildContext, Contexts } from './contexts';
import { basesOf, dependsOnOf, type Images } from './depends-on';
import { expandAll } from '../layout/image-names';
import { ALL } from './ignored';
import { isWholeWorkspace } from '../layout/root-files';
import { inputsOf } from './inputs';
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
  const { context, heard } = settled;
  const ignore = ignoreRules(dockerfile, context, around);
  const outputs = copiedOutputs(build, context, around);
  const dependsOn = dependsOnOf(build, outputs, around.images);
  const inputs = inputsOf({
    ...{ build, context, heard, ignoreFiles: ignore.files, sent: ignore.sent },
    ownsFolder: around.projects.ownsFolder(project.root),
    outputs: new Set(outputs.map(({ path }) => path)),
    receipts: basesOf(build, around.images).map((base) => receiptPath(base.project.name, base.targetName)),
    ...{ ofDependencies: around.ofDependencies, disk: around.disk },
  });
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
