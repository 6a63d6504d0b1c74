import type { InspectedDockerfile } from '../model/inspection';
import type { PackageManager } from './ci';

/** What `init` knows of a workspace without Nx. */
export interface SetupFacts {
  /** `turborepo`, `pnpm`, `npm`, `yarn`, `bun`, as the survey names them. */
  readonly tools: readonly string[];
  /** Which of them installs, and for yarn which kind of it. */
  readonly manager: PackageManager;
  /** Version of Turborepo, or the lowest that may be installed; undefined: not known. */
  readonly turbo: string | undefined;
  /** As it was given; undefined where it was not. */
  readonly registry: string | undefined;
  /** Packages with a Dockerfile, in the order of their folders. */
  readonly packages: readonly SetupPackage[];
  /** What Turborepo calls a project, by the project's name; left out where it knows none. */
  readonly packageNames: ReadonlyMap<string, string>;
  /** Builds of folders that no package.json is in, in the order of those. */
  readonly bare: readonly SetupPackage[];
  /** Folders that tasks write, relative to the workspace root: no input of anything. */
  readonly generated: readonly string[];
  /** Text of the files that may be edited, by path; left out where there is no such file. */
  readonly texts: Readonly<Record<string, string>>;
  /** Names in the root folder, and in `.github` and the like: they tell the CI service. */
  readonly rootNames: readonly string[];
  readonly kind: (path: string) => 'file' | 'folder' | undefined;
}

export interface SetupPackage {
  readonly name: string;
  /** Relative to the workspace root, `.` for the root. */
  readonly root: string;
  readonly dockerfile: InspectedDockerfile;
  /** Folders that are named build contexts, relative to the workspace root. */
  readonly contexts: readonly string[];
  /** Names of its stage tasks. */
  readonly tasks: readonly string[];
  /** Variables that its options read. */
  readonly variables: {
    /** In templates of build args. */
    readonly args: readonly string[];
    /** For secrets, and in all other templates. */
    readonly others: readonly string[];
    /** By the script of a stage task, or of publishing: beside those. */
    readonly tasks: Readonly<Record<string, readonly string[]>>;
  };
}

export interface Setup {
  readonly edits: readonly FileEdit[];
  /** What a user wrote and is left as it is, though it is not what would have been written. */
  readonly kept: readonly string[];
  /** What is left to do, for people. */
  readonly notes: readonly string[];
}

export interface FileEdit {
  /** Relative to the workspace root. */
  readonly path: string;
  /** undefined: the file is new. */
  readonly before: string | undefined;
  readonly after: string;
  /** What was added, for people. */
  readonly added: readonly string[];
}

export const PACKAGE = 'nx-docker-cache';
export const CONFIG_FILE = 'nx-docker-cache.json';
export const PNPM_WORKSPACE = 'pnpm-workspace.yaml';
export const BUILD_TASK = 'docker-build';
export const PUBLISH_TASK = 'docker-publish';
export const taskScript = (name: string): string => `docker-${name}`;
