import type { TargetConfiguration } from '@nx/devkit';
import type { ImageBuild } from './builds';
import { imageNames, splitReference } from './image-names';
import type { Output } from './outputs';

type DependsOn = NonNullable<TargetConfiguration['dependsOn']>;

/** Finds the build that makes an image, by the names that a FROM may have for it. */
export class ImageIndex {
  readonly #byName = new Map<string, ImageBuild[]>();

  constructor(builds: readonly ImageBuild[]) {
    for (const build of builds) {
      for (const name of imageNames(build.image, build.options)) {
        const { name: key } = splitReference(name);
        const same = this.#byName.get(key);
        if (same === undefined) this.#byName.set(key, [build]);
        else same.push(build);
      }
    }
  }

  /** The build of the workspace that makes the image of a reference; undefined: it comes from elsewhere. */
  find(reference: string, from: ImageBuild): ImageBuild | undefined {
    const { name, tag } = splitReference(reference);
    const builds = (this.#byName.get(name) ?? []).filter((build) => build !== from);
    if (builds.length === 0) return undefined;
    return builds.find((build) => name.includes('/') || isLocalTag(tag, build));
  }
}

/** `node:20` is not what the project `node` builds: a bare name needs a tag that our builds give. */
function isLocalTag(tag: string | undefined, { options }: ImageBuild): boolean {
  return tag === undefined || ['dev', 'local', 'latest'].includes(tag) || options.tags.includes(tag);
}

/** Other builds whose image this one starts from or copies from. */
export function basesOf(build: ImageBuild, images: ImageIndex): ImageBuild[] {
  const found = build.summary.images.flatMap((image) => images.find(image, build) ?? []);
  return [...new Set(found)];
}

/** Tasks that must have run before: the ones whose outputs are copied, and the ones that build the bases. */
export function dependsOnOf(build: ImageBuild, outputs: readonly Output[], images: ImageIndex): DependsOn {
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
