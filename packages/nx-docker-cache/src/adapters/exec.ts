/** The one seam through which this package starts other programs. Arguments are lists; no shell is involved. */
import { execa } from 'execa';

export interface ExecOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; undefined: no limit. */
  readonly timeout?: number;
  readonly input?: string;
}

export interface ExecResult {
  /** -1 where the program could not be started or was killed. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** true where there is no such program. */
  readonly notFound: boolean;
  readonly timedOut: boolean;
}

/** Runs a program to its end. Never throws: a missing program and a failure are results. */
export async function exec(
  file: string,
  args: readonly string[],
  options: ExecOptions = {},
): Promise<ExecResult> {
  const result = await execa(file, [...args], {
    reject: false,
    cwd: options.cwd,
    env: options.env,
    timeout: options.timeout,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  return {
    exitCode: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr,
    notFound: result.failed && result.code === 'ENOENT',
    timedOut: result.timedOut,
  };
}
