import type { TargetConfiguration } from '@nx/devkit';
import { hasHost } from '../plan/names';
import type { ImageBuild, Workspace } from './builds';

export const PUBLISH_EXECUTOR = 'nx-docker-cache:publish';
export const RUN_EXECUTOR = 'nx-docker-cache:run';
export const DEFAULT_PUBLISH_NAME = 'docker-publish';

/** A target that was inferred or written, as far as a publish has to wait for it. */
export interface NamedTarget {
  readonly name: string;
  readonly target: Pick<TargetConfiguration, 'executor' | 'inputs'>;
}

/**
 * The target that publishes what a build pushed, after it and after the project's stage tasks: nothing gets a public
 * tag before its tests have passed. Undefined where it is switched off, where no registry is known, and where another
 * target has the name.
 * @param siblings other targets of the project that are inferred
 */
export function publishTargetOf(
  build: ImageBuild,
  siblings: readonly NamedTarget[],
  { shared }: Pick<Workspace, 'shared'>,
): { readonly name: string; readonly target: TargetConfiguration } | undefined {
  const { publish = true } = shared;
  if (publish === false || (build.options.registry === undefined && !hasHost(build.image))) return undefined;
  const { targetName = DEFAULT_PUBLISH_NAME, ...options } = publish === true ? {} : publish;
  const name = build.suffix === '' ? targetName : `${targetName}-${build.suffix}`;
  const written = build.project.targets;
  const other = written[name]?.executor;
  if (other !== undefined && other !== PUBLISH_EXECUTOR) return undefined;
  const own = siblings.find((sibling) => sibling.name === build.targetName);
  const tasks = [
    ...siblings.filter(({ target }) => target.executor === RUN_EXECUTOR).map((task) => task.name),
    ...Object.keys(written).filter((task) => written[task]?.executor === RUN_EXECUTOR),
  ];
  return {
    name,
    target: {
      executor: PUBLISH_EXECUTOR,
      options: { build: build.targetName, ...options },
      // What a registry holds is not Nx's to know.
      cache: false,
      continuous: false,
      // Affected by what affects the image.
      ...(own?.target.inputs === undefined ? {} : { inputs: own.target.inputs }),
      dependsOn: [build.targetName, ...[...new Set(tasks)].sort()],
      metadata: {
        technologies: ['docker'],
        description: `Give tags to the image of ${build.dockerfile}, once it is built and its stage tasks have passed`,
      },
    },
  };
}
