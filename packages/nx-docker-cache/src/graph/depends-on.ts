import type { TargetConfiguration } from '@nx/devkit';
import type { ImageIndex } from '../layout/image-index';
import type { Output } from '../layout/outputs';
import type { ImageBuild } from './builds';

type DependsOn = NonNullable<TargetConfiguration['dependsOn']>;

export type Images = ImageIndex<ImageBuild>;

/** Other builds whose image this one starts from or copies from. */
export function basesOf(build: ImageBuild, images: Images): ImageBuild[] {
  const found = build.summary.images.flatMap((image) => images.find(image, build) ?? []);
  return [...new Set(found)];
}

/** Tasks that must have run before: the ones whose outputs are copied, and the ones that build the bases. */
export function dependsOnOf(build: ImageBuild, outputs: readonly Output[], images: Images): DependsOn {
  const needed = [
    ...outputs.map(({ project, target }) => ({ project, target })),
    ...basesOf(build, images).map(({ project, targetName }) => ({ project, target: targetName })),
  ];
  const entries = needed.map(({ project, target }) =>
    project.root === build.project.root ? target : { projects: [project.name], target },
  );
  const distinct = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...distinct.values()];
}
