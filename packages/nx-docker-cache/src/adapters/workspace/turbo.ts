import { join } from 'node:path';
import type { SurveyedTarget } from '../../model/survey';
import { readManifest, type Manifest } from './manifest';
import { packageFolders, packagePatterns } from './packages';
import {
  inChain,
  isTakenAway,
  readTurboFile,
  taskChain,
  type TurboFile,
  type TurboTask,
} from './turbo-chain';

const NOTHING: TurboFile = { tasks: {}, extends: [] };

/** What Turborepo's tasks write in the packages that have a script for them, as `outputs` of Nx spells it. */
export class TurboTasks {
  readonly #root: string;
  readonly #shared: TurboFile['tasks'];
  /** Beside other packages the root's scripts are tasks only where they stand as `//#script`. */
  readonly #rootTasks: '//#' | '';
  #folders: ReadonlySet<string> | undefined;
  #byName: ReadonlyMap<string, string> | undefined;
  readonly #own = new Map<string, TurboFile>();

  constructor(root: string) {
    this.#root = root;
    this.#shared = readTurboFile(root).tasks;
    this.#rootTasks = this.#isTurbo() && packagePatterns(root).length > 0 ? '//#' : '';
  }

  targetsOf(manifest: Manifest): Record<string, SurveyedTarget> {
    const { scripts = {} } = manifest;
    const named = this.#scripts(manifest).map((task) => {
      const outputs = inChain(this.#chain(manifest, task), 'outputs').flatMap(spelled);
      return [task, { outputs, script: scripts[task] }] as const;
    });
    return Object.fromEntries(named);
  }

  /** What a task of a package waits for, as written: `^task`, `task`, `package#task`. */
  dependsOn(manifest: Manifest, task: string): readonly string[] {
    return inChain(this.#chain(manifest, task), 'dependsOn');
  }

  /** What the package manager, and Turborepo with it, calls a package; undefined for what is none of theirs. */
  nameOf({ root, name }: Manifest): string | undefined {
    return root === '.' || this.#packages().has(root) ? name : undefined;
  }

  #chain(manifest: Manifest, task: string): readonly TurboTask[] {
    return taskChain(task, this.#sharedOf(manifest, task), this.#fileOf(manifest.root), (name) => {
      const root = this.#named().get(name);
      return root === undefined ? undefined : this.#fileOf(root);
    });
  }

  /** Those that Turborepo runs. It knows packages of the workspace by their names, and leaves out all other folders. */
  #scripts(manifest: Manifest): readonly string[] {
    const { root } = manifest;
    const scripts = Object.keys(manifest.scripts ?? {});
    if (!this.#isTurbo()) return scripts;
    if (root === '.')
      return scripts.filter((script) => this.#rootTasks === '' || `//#${script}` in this.#shared);
    if (this.nameOf(manifest) === undefined) return [];
    return scripts.filter((script) => !isTakenAway(this.#fileOf(root), script));
  }

  #isTurbo(): boolean {
    return Object.keys(this.#shared).length > 0;
  }

  /** Of the root's file. */
  #sharedOf({ name, root }: Manifest, task: string): TurboTask | undefined {
    if (root === '.' && this.#rootTasks !== '') return this.#shared[this.#rootTasks + task];
    return this.#shared[`${name ?? ''}#${task}`] ?? this.#shared[task];
  }

  /** A package's own; the root's is that of all. */
  #fileOf(root: string): TurboFile {
    const known = this.#own.get(root) ?? (root === '.' ? NOTHING : readTurboFile(join(this.#root, root)));
    this.#own.set(root, known);
    return known;
  }

  #packages(): ReadonlySet<string> {
    return (this.#folders ??= new Set(packageFolders(this.#root)));
  }

  /** Folders by the packages' names: read only where a file goes on from another package's. */
  #named(): ReadonlyMap<string, string> {
    this.#byName ??= new Map(
      [...this.#packages()].flatMap((root) => {
        const { name } = readManifest(this.#root, root);
        return name === undefined ? [] : [[name, root] as const];
      }),
    );
    return this.#byName;
  }
}

/** What a task leaves out of its outputs says nothing here. */
function spelled(glob: string): string[] {
  if (glob.startsWith('!')) return [];
  const path = glob.replace(/^\.\//, '');
  return [path.startsWith('$TURBO_ROOT$/') ? `{workspaceRoot}/${path.slice(13)}` : `{projectRoot}/${path}`];
}
