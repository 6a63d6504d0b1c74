import { nearest, type Project, type ProjectLookup, type WrittenTarget } from './project';

/** All projects of a workspace, by place. */
export class ProjectMap implements ProjectLookup {
  readonly #byRoot: ReadonlyMap<string, Project>;
  /** In the order of their roots, so that all projects below a folder stand side by side. */
  readonly #sorted: readonly Project[];

  /** @param projects by name */
  constructor(
    projects: Readonly<
      Record<string, { readonly root: string; readonly targets?: Readonly<Record<string, WrittenTarget>> }>
    >,
  ) {
    const list = Object.entries(projects).map(([name, { root, targets }]) => ({
      ...{ root, name, file: '' },
      targets: targets ?? {},
    }));
    this.#byRoot = new Map(list.map((project) => [project.root, project]));
    this.#sorted = list.sort((left, right) => (left.root < right.root ? -1 : 1));
  }

  at(folder: string): Project | undefined {
    return this.#byRoot.get(folder);
  }

  ownerOf(path: string): Project | undefined {
    return nearest(path, (folder) => this.at(folder));
  }

  all(): readonly Project[] {
    return this.#sorted;
  }

  /** All projects in a folder, the folder's own one left out. */
  below(folder: string): Project[] {
    const prefix = `${folder}/`;
    let low = 0;
    for (let high = this.#sorted.length; low < high;) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]!.root < prefix) low = middle + 1;
      else high = middle;
    }
    const found: Project[] = [];
    while (low < this.#sorted.length && this.#sorted[low]!.root.startsWith(prefix))
      found.push(this.#sorted[low++]!);
    return found;
  }

  /**
   * The projects whose files a path may hold: the one that it lies in, or all that lie in it. The project of the
   * workspace's root is left out: what it has beside projects are the workspace's own files.
   */
  touching(path: string): Project[] {
    const owner = this.ownerOf(`${path}/x`);
    const inside = this.below(path);
    return owner === undefined || owner.root === '.' ? inside : [owner, ...inside];
  }
}
