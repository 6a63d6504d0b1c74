import { posix } from 'node:path';
import type { Tree } from '../layout/git-sources';
import type { Matcher } from '../layout/glob';
import { nearest, type Project, type ProjectLookup } from '../layout/project';
import { packageMatcher } from './package-globs';
import { describeProject, readJson, readProjectJson } from './project-files';

/** Finds projects by their own files, as Nx does before it knows any; every file is read once. */
export class Projects implements ProjectLookup {
  readonly #disk: Tree;
  readonly #manifests: ReadonlySet<string>;
  readonly #byFolder = new Map<string, Project | undefined>();
  #isPackage: Matcher | undefined;
  #containing: ReadonlySet<string> | undefined;

  /** @param files what Nx found for `WATCHED_GLOB` */
  constructor(disk: Tree, files: readonly string[]) {
    this.#disk = disk;
    this.#manifests = new Set(files.filter((file) => /(^|\/)(project|package)\.json$/.test(file)));
  }

  ownerOf(path: string): Project | undefined {
    return nearest(path, (folder) => this.at(folder));
  }

  /** All projects, in the order of the files. */
  all(): Project[] {
    const folders = new Set([...this.#manifests].map((file) => posix.dirname(file)));
    return [...folders].flatMap((folder) => this.at(folder) ?? []);
  }

  /** true where no other project may lie in the folder: Nx gives files to the innermost project. */
  ownsFolder(root: string): boolean {
    this.#containing ??= foldersAbove(this.#manifests);
    return !this.#containing.has(root);
  }

  /** The project of exactly this folder. */
  at(folder: string): Project | undefined {
    if (!this.#byFolder.has(folder)) this.#byFolder.set(folder, this.#read(folder));
    return this.#byFolder.get(folder);
  }

  #read(folder: string): Project | undefined {
    const manifest = posix.join(folder, 'package.json');
    const projectJson = this.#has(posix.join(folder, 'project.json'))
      ? readProjectJson(this.#disk, folder)
      : undefined;
    const isPackage = this.#has(manifest) && (projectJson !== undefined || this.#isListed(manifest));
    if (projectJson === undefined && !isPackage) return undefined;
    const packageJson = isPackage ? readJson(this.#disk, manifest) : undefined;
    // Nx refuses a root package.json without a name; nothing is added to what is broken.
    if (projectJson === undefined && packageJson === undefined) return undefined;
    return describeProject(folder, projectJson, packageJson);
  }

  #isListed(manifest: string): boolean {
    this.#isPackage ??= packageMatcher(this.#disk);
    return this.#isPackage(manifest);
  }

  /** Where nx.json restricts the plugin to some files, the list names no manifest: then the disk is asked. */
  #has(path: string): boolean {
    return this.#manifests.size > 0 ? this.#manifests.has(path) : this.#disk.kind(path) !== undefined;
  }
}

/** Every folder that has a folder with one of the files somewhere below it. */
function foldersAbove(files: ReadonlySet<string>): Set<string> {
  const folders = new Set<string>();
  for (const file of files) {
    let folder = posix.dirname(posix.dirname(file));
    if (posix.dirname(file) === '.') continue;
    for (; !folders.has(folder); folder = posix.dirname(folder)) folders.add(folder);
  }
  return folders;
}
