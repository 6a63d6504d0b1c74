/** Progress events of `buildx --progress=rawjson`, as far as they are read. Times are milliseconds since 1970. */
export interface VertexEvent {
  readonly digest: string;
  readonly name: string;
  readonly started: number | undefined;
  readonly completed: number | undefined;
  readonly cached: boolean;
  readonly error: string | undefined;
}

export interface StatusEvent {
  readonly id: string;
  readonly vertex: string;
  readonly current: number;
  readonly total: number;
  readonly started: number | undefined;
  readonly completed: number | undefined;
}

export interface LogEvent {
  readonly vertex: string;
  readonly text: string;
}

/** Lint of the Dockerfile, short form. */
export interface WarningEvent {
  /** Digest of the step that read the Dockerfile; empty where the builder does not say. */
  readonly vertex: string;
  readonly text: string;
}

export interface BuildEvent {
  readonly vertexes: readonly VertexEvent[];
  readonly statuses: readonly StatusEvent[];
  readonly logs: readonly LogEvent[];
  readonly warnings: readonly WarningEvent[];
}
