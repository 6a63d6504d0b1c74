import type { ContainerSettings, CopiedOutputs } from '../model/task';

export interface ContainerSpec {
  /** Reference by digest, or id of an image that the engine has; nothing is pulled for it. */
  readonly image: string;
  readonly settings: ContainerSettings;
  /** What follows the image. */
  readonly command: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  /** Seconds after which whoever made it would have removed it; undefined where nothing says that. */
  readonly lifetime: number | undefined;
}

export interface ContainerState {
  readonly running: boolean;
  /** true where its process ran and has ended; the exit code of one that never ran is 0, too. */
  readonly finished: boolean;
  readonly exitCode: number;
  /** true where the kernel ended it for want of memory. */
  readonly outOfMemory: boolean;
  /** Why it could not be started, '' where it could. */
  readonly error: string;
  /** Working directory of its process. */
  readonly workdir: string;
}

export type OutputChannel = 'stdout' | 'stderr';

/** Containers of the engine, for stage tasks. */
export interface ContainerPort {
  /**
   * Removes the containers that a run left behind when it was killed: one of this machine at once, one of another where
   * its lifetime is well over.
   * @returns how many; never throws
   */
  removeLeftovers(): Promise<number>;
  /** Gets an image by digest; ended where it makes no progress. @returns why it could not be had; undefined where it is there */
  pull(reference: string, signal: AbortSignal): Promise<string | undefined>;
  /** Makes a container that a later run removes, should this one be killed. Gives its id. @throws DockerCacheError CONTAINER_FAILED, NO_DOCKER */
  create(spec: ContainerSpec): Promise<string>;
  /**
   * Starts a container and hands over its output as it comes, until it ends. Signals of ours do not reach it. What became
   * of it, started or not, is the state's to tell. @throws DockerCacheError CONTAINER_FAILED where the engine is silent
   */
  start(id: string, onOutput: (channel: OutputChannel, chunk: Uint8Array) => Promise<void>): Promise<void>;
  /** @throws DockerCacheError CONTAINER_FAILED where there is no such container any more */
  state(id: string): Promise<ContainerState>;
  /** Sends a signal to the container's first process; one that has ended is none of our concern. */
  kill(id: string, signal: string): Promise<void>;
  /**
   * Copies a path of a container, running or not, to a place in the workspace.
   * @param from absolute
   * @param to relative to the workspace root
   * @returns undefined where the container has no such path
   * @throws DockerCacheError CONTAINER_FAILED where it cannot be read
   */
  copyOut(id: string, from: string, to: string): Promise<CopiedOutputs | undefined>;
  /** Removes a container and its anonymous volumes, whatever it does. Never throws. */
  remove(id: string): Promise<void>;
}

/** The terminal that a task's output goes to. */
export interface TaskOutputPort {
  /** Resolves when more may be written. */
  write(channel: OutputChannel, chunk: Uint8Array): Promise<void>;
}
