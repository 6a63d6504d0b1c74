/** A build of a Dockerfile that some other file describes. */
export interface BuildHint {
  /** Relative to the workspace root, as is `context`; `${…}` in both stands for what a variable may hold. */
  readonly dockerfile: string;
  readonly context: string;
  /** Where it is written: file and line. */
  readonly file: string;
  readonly line: number;
}

/** A file that may describe builds. */
export interface HintFile {
  /** Relative to the workspace root. */
  readonly path: string;
  readonly text: string;
}
