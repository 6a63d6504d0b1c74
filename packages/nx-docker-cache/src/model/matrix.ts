/** What `matrix --json` prints, version 1. */
export interface ShardMatrix {
  readonly version: 1;
  /** How many shards were asked for. */
  readonly asked: number;
  /** What runs the workspace's tasks; `git`: nothing does. */
  readonly runner: 'nx' | 'turborepo' | 'git';
  /** From 1; none is empty, so there may be fewer than asked for, or none. */
  readonly shards: readonly Shard[];
  /** By project: how long each build is expected to take. */
  readonly weights: readonly ShardWeight[];
  /** Left out, as the registry or the engine holds them. */
  readonly skipped: readonly SkippedBuild[];
  /** What is worth knowing of the split, for people. */
  readonly notes: readonly string[];
}

/** What one agent builds. */
export interface Shard {
  readonly shard: number;
  /**
   * What `build` takes, in the order to build it in: what others stand on comes first. A project stands for its first
   * build; another one is `project:target`.
   */
  readonly projects: readonly string[];
  /** The same builds, for who runs them through a task runner. */
  readonly builds: readonly ShardBuild[];
  /** What has to run before them, in this order, as it makes what they copy; empty where a task runner sees to that. */
  readonly scripts: readonly ShardScript[];
  /** Stage tasks of these builds, to run after them. Empty in Nx, where they are targets. */
  readonly tasks: readonly ShardTask[];
  /** How long they are expected to take, one after the other. */
  readonly seconds: number;
}

export interface ShardBuild {
  readonly project: string;
  readonly target: string;
  /** Folder of the project relative to the workspace root, `.` for the root. */
  readonly root: string;
}

/** A script of a package. */
export interface ShardScript {
  /** Folder of the package relative to the workspace root, `.` for the root. */
  readonly root: string;
  readonly script: string;
}

/** A stage task of a build. */
export interface ShardTask {
  readonly project: string;
  readonly task: string;
  /** What `init` calls the script that runs it. */
  readonly script: string;
}

export interface ShardWeight extends Pick<ShardBuild, 'project' | 'target'> {
  readonly seconds: number;
  /**
   * receipt: its last build in this checkout took so long · registry: its last one on another agent did ·
   * estimate: from the instructions of its Dockerfile · skip: others stand on it, and the registry holds it
   */
  readonly from: 'receipt' | 'registry' | 'estimate' | 'skip';
}

export interface SkippedBuild extends Pick<ShardBuild, 'project' | 'target'> {
  readonly reason: string;
}
