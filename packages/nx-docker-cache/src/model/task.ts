/** Stage tasks: commands that run in the image of a built stage, and the records that they leave. */

/** A path that is copied out of the container. */
export interface TaskOutput {
  /** In the container, relative to the working directory or absolute. */
  readonly from: string;
  /** Relative to the project's folder. */
  readonly to: string;
}

/** A container beside a task. */
export interface ServiceOptions {
  /** Host name on the task's network. */
  readonly name: string;
  readonly image: string;
  /** What is handed to the image's ENTRYPOINT; empty: its own CMD. */
  readonly command: readonly string[];
  /** undefined: the value that the variable has on this machine. */
  readonly env: ReadonlyMap<string, string | undefined>;
  readonly tmpfs: readonly string[];
  /** Command that succeeds in the container once it is ready; undefined: the image's HEALTHCHECK. */
  readonly health: string | undefined;
  /** Seconds until it has to be ready. */
  readonly timeout: number;
}

/** A service with its image and its variables settled. */
export interface PlannedService extends Omit<ServiceOptions, 'env'> {
  /** By digest, or the id of an image that the engine alone has. */
  readonly reference: string;
  readonly env: ReadonlyMap<string, string>;
}

/** The options of one stage task after validation and defaults. */
export interface TaskOptions {
  readonly stage: string;
  /** Arguments; a command that was given as one text is `sh -c <text>`. */
  readonly command: readonly string[];
  /** The command goes through the image's ENTRYPOINT. */
  readonly entrypoint: boolean;
  /** undefined: the value that the variable has on this machine. */
  readonly env: ReadonlyMap<string, string | undefined>;
  /** Paths relative to the workspace root. */
  readonly envFile: readonly string[];
  readonly workdir: string | undefined;
  readonly user: string | undefined;
  readonly network: string | undefined;
  readonly services: readonly ServiceOptions[];
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly memory: string | undefined;
  readonly cpus: string | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly outputs: readonly TaskOutput[];
  /** false: run, whatever was recorded. */
  readonly skip: boolean;
  /** undefined: where the task reads nothing but the stage; true: all the same; false: neither left nor looked for. */
  readonly record: boolean | undefined;
  /** Target that builds the stage; undefined: the default one. */
  readonly buildTarget: string | undefined;
}

/** An output with its place in the workspace settled. */
export interface PlannedTaskOutput {
  readonly from: string;
  /** Relative to the workspace root. */
  readonly to: string;
  /** false where the project's own folder lies in it: more than results is there. */
  readonly replaced: boolean;
}

/** How a container is made, without its image, command and variables. Each is docker's own form of it. */
export interface ContainerSettings {
  /** Program that takes the place of the image's ENTRYPOINT; undefined: that one. */
  readonly entrypoint: string | undefined;
  readonly workdir: string | undefined;
  readonly user: string | undefined;
  readonly network: string | undefined;
  /** Sources are absolute, or names of volumes. */
  readonly volumes: readonly string[];
  readonly tmpfs: readonly string[];
  readonly memory: string | undefined;
  readonly cpus: string | undefined;
}

/** What will run, as data. Values of variables are not in it: they never come near arguments. */
export interface TaskPlan {
  readonly project: string;
  readonly stage: string;
  /** What a reader calls the command. */
  readonly shown: string;
  readonly settings: ContainerSettings;
  /** What follows the image. */
  readonly command: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly services: readonly PlannedService[];
  /**
   * Values of variables, of services too, that come from this machine or from a file that git does not have, or whose
   * names in a file say so: they are masked in a recorded log.
   */
  readonly secrets: readonly string[];
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly outputs: readonly PlannedTaskOutput[];
  readonly record: RecordPlan;
}

export interface RecordPlan {
  /** sha256 in hex over the stage's content key and all of the task that matters. */
  readonly key: string;
  /** Tags that hold this task's record if it has passed before, `image:tag`. */
  readonly read: readonly string[];
  /** Tag that its record is left under; undefined where none is. */
  readonly write: string | undefined;
  /** Why a pass of this task proves nothing for the next one; undefined where it does. */
  readonly obstacle: string | undefined;
}

/** What a record says of the run that left it. */
export interface TaskRecord {
  readonly key: string;
  readonly contentKey: string;
  readonly project: string;
  readonly stage: string;
  readonly digest: string | undefined;
  readonly command: readonly string[];
  readonly exitCode: number;
  readonly seconds: number;
  /** ISO 8601, UTC. */
  readonly finished: string;
  /** Paths relative to the workspace root that were copied out. */
  readonly outputs: readonly string[];
}

/** What became of a container's paths on their way into the workspace. */
export interface CopiedOutputs {
  /** Files and links that were written, relative to the workspace root. */
  readonly paths: readonly string[];
  readonly bytes: number;
  /** What was left out, with the reason. */
  readonly refused: readonly string[];
}
