/** What was found on this machine and in this checkout. Gathered once, never changed afterwards. */
import type { Dockerfile } from './dockerfile';
import type { PruneFacts } from './prune';

export interface ProjectFacts {
  readonly name: string;
  /** Folder relative to the workspace root, `.` for the root itself, `/` as separator. */
  readonly root: string;
  /** The target that is being run; names the receipt where it is not the default one. */
  readonly target: string;
  /** Platforms of the whole image, where this run may be asked for some of them only. */
  readonly platforms?: readonly string[];
}

export interface WorkspaceFacts {
  /** Absolute path. */
  readonly root: string;
  readonly kind: 'nx' | 'plain';
}

/** Where the build runs and for whom, from the CI's variables and git. */
export interface SourceFacts {
  readonly ci: boolean;
  /** Name of the CI service, for the report. */
  readonly ciName: string | undefined;
  /** Undefined without git and without CI. */
  readonly commit: string | undefined;
  /** The branch that is checked out, or the head branch of the pull request. */
  readonly branch: string | undefined;
  /** Number of the pull request. */
  readonly pullRequest: string | undefined;
  /** Base branch of the pull request. */
  readonly baseBranch: string | undefined;
  /** true: head comes from another repository; unknown: the CI service does not say. */
  readonly fork: boolean | 'unknown';
  readonly gitTag: string | undefined;
  /** Default branch as the CI service or git's remote names it. */
  readonly defaultBranch: string | undefined;
  /** true where the folder belongs to a git work tree. */
  readonly git: boolean;
  /** Values that change with every run (build number, run id): they must not shape cache keys. */
  readonly volatile: readonly string[];
  /** `owner/name` of the repository where the CI service says it. */
  readonly repository: string | undefined;
}

export interface EngineFacts {
  /** Version of the server, for instance `28.5.2`. */
  readonly server: string;
  /** Version of buildx, for instance `0.29.1`; undefined where nobody asked, since asking costs 0.1 s. */
  readonly buildx: string | undefined;
  readonly builder: string;
  readonly driver: string;
  /** true where there is an engine that the builder's images can be loaded into. */
  readonly loads: boolean;
  /** true where the docker driver stores images in containerd (or the driver is not docker). */
  readonly containerdStore: boolean;
  /** Platform of the engine, for instance `linux/amd64`; undefined where it does not say. */
  readonly platform: string | undefined;
  /** Processors of the engine's machine; undefined where it does not say. */
  readonly cpus: number | undefined;
  readonly cacheExporters: readonly ('registry' | 'local' | 'inline' | 'gha' | 's3' | 'azblob')[];
}

export interface FileFacts {
  /** Dockerfile, relative to the workspace root where it lies inside, else absolute. */
  readonly dockerfile: string;
  readonly dockerfileText: string;
  readonly parsed: Dockerfile;
  /** Context folder, relative to the workspace root where it lies inside, else absolute. */
  readonly context: string;
  /** Why this context. */
  readonly contextReason: string;
  /** false where nothing speaks for this context but habit. */
  readonly contextDecided: boolean;
  /** true where other files than the Dockerfile have decided it. */
  readonly contextIndirect: boolean;
  /** What other files have, or may have, to do with it. */
  readonly contextAround: ContextAround;
  readonly ignore: IgnoreFacts;
  readonly prune: PruneFacts;
}

export interface ContextAround {
  /** Compose and CI files are heard. */
  readonly open: boolean;
  /** Dockerfiles beside it are heard. */
  readonly silent: boolean;
  /** Those that were, relative to the workspace root. */
  readonly heard: readonly string[];
}

/** What the builder leaves out of the context. */
export interface IgnoreFacts {
  /** The ignore file that holds, relative to the workspace root where it lies inside; undefined where there is none. */
  readonly file: string | undefined;
  /** Its rules and the added ones. */
  readonly text: string;
  /** Rules that are added to the file's. */
  readonly added: readonly string[];
}

/** All facts that need no engine. */
export interface Facts {
  readonly workspace: WorkspaceFacts;
  readonly project: ProjectFacts;
  readonly source: SourceFacts;
  readonly files: FileFacts;
  /** Environment variables that templates of the options name, by name. */
  readonly environment: Readonly<Record<string, string>>;
}
