import { imageNames, splitReference } from './image-names';

/** What an image is called, and what of a build decides it. */
export interface NamedBuild {
  /** Without registry and tag, as far as it is known before the run. */
  readonly image: string;
  readonly options: { readonly registry: string | undefined; readonly tags: readonly string[] };
}

/** Finds the build that makes an image, by the names that a FROM may have for it. */
export class ImageIndex<Build extends NamedBuild> {
  readonly #byName = new Map<string, Build[]>();

  constructor(builds: readonly Build[]) {
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
  find(reference: string, from: Build | undefined): Build | undefined {
    const { name, tag } = splitReference(reference);
    const builds = (this.#byName.get(name) ?? []).filter((build) => build !== from);
    if (builds.length === 0) return undefined;
    return builds.find((build) => name.includes('/') || isLocalTag(tag, build));
  }
}

/** `node:20` is not what the project `node` builds: a bare name needs a tag that our builds give. */
function isLocalTag(tag: string | undefined, { options }: NamedBuild): boolean {
  return tag === undefined || ['dev', 'local', 'latest'].includes(tag) || options.tags.includes(tag);
}
