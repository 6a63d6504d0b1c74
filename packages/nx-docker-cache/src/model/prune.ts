/** What a build is sent of its context, and why no less. */
export const PRUNE_MODES = ['off', 'sources', 'graph'] as const;
export type PruneMode = (typeof PRUNE_MODES)[number];

/** A project of the workspace with what it needs of the others. */
export interface ProjectNode {
  readonly name: string;
  /** Folder relative to the workspace root, `.` for the root itself. */
  readonly root: string;
  /** Names of projects; one too many sends a folder too many, one that is missing breaks a build. */
  readonly dependencies: readonly string[];
  /** Does an install of the workspace run a script of this package? */
  readonly runsAtInstall: boolean;
  /** Files and folders that its package.json names as packages (`file:`) or patches; relative to the workspace root. */
  readonly installReads: readonly string[];
  /** Its commands, relative to the workspace root: some package managers make them executable. */
  readonly bins: readonly string[];
}

export interface PruneFacts {
  /** What the options ask for; undefined: what cannot change the image. */
  readonly asked: PruneMode | undefined;
  /** What is done, which may be less than what was asked for. */
  readonly mode: PruneMode;
  readonly reason: string;
  /** Ignore rules that do it; empty where BuildKit sends no more by itself. */
  readonly rules: readonly string[];
  /** `graph`: projects whose folders are sent, sorted by name. */
  readonly kept: readonly string[];
}

/** Files of the context that a build is sent. */
export interface SentContext {
  readonly files: number;
  readonly bytes: number;
}

/** Scripts of a package.json that package managers run when they install the workspace. */
export const INSTALL_SCRIPTS: readonly string[] = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
];
