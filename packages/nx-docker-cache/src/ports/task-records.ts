import type { PlannedTaskOutput, TaskRecord } from '../model/task';

export interface StoredTask {
  readonly record: TaskRecord;
  /** What the task printed. */
  readonly log: Uint8Array;
  /** Files and links that were put back into the workspace, relative to its root. */
  readonly restored: readonly string[];
  /** Places where other files stay beside them. */
  readonly kept: readonly string[];
}

/** Records of passed tasks, as artifacts in the repository of the image. */
export interface TaskRecordPort {
  /**
   * Reads the record of a task and puts its results back into the workspace, in the place of what is there: all of them,
   * or it throws.
   * @param reference `repository@digest`
   * @param outputs where results may be put
   * @throws an error whose message can be shown; nothing relies on a record
   */
  restore(reference: string, key: string, outputs: readonly PlannedTaskOutput[]): Promise<StoredTask>;
  /**
   * Leaves a record.
   * @param reference `image:tag`
   * @param paths files and links of the workspace that are its results
   * @throws an error whose message can be shown
   */
  leave(reference: string, record: TaskRecord, log: Uint8Array, paths: readonly string[]): Promise<void>;
}
