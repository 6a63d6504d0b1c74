/** Where progress and reports go. Reports are for people; machines read the receipt and `--json`. */
export interface LoggerPort {
  /** A line of progress or report. */
  line(text: string): void;
  warn(text: string): void;
  readonly colors: boolean;
  /** Columns of the terminal, undefined where there is none. */
  readonly columns: number | undefined;
}

export interface ClockPort {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back every `ms` until the returned function is called. Keeps no process from ending. */
  every(ms: number, callback: () => void): () => void;
  /** Resolves after `ms`, or at once when the signal fires. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** Values of environment variables, by name. */
export interface EnvironmentPort {
  /** Platform of this machine in docker's words, for instance `linux/amd64`. */
  readonly platform: string;
  /** true where docker's client gives each build the proxies of its own configuration as build args. */
  readonly clientProxies: boolean;
  get(name: string): string | undefined;
}
