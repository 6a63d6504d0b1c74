/**
 * The seam through which this package asks other programs something; what runs for long goes through `stream`.
 * Arguments are lists; no shell is involved. Node's own execFile: a task that builds nothing asks git and is done, and
 * should not load more for that (execa: 20 ms).
 */
import { execFile } from 'node:child_process';

export interface ExecOptions {
  readonly cwd?: string;
  /** Milliseconds; undefined: no limit. */
  readonly timeout?: number;
  readonly input?: string;
  /** Variables beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
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

/** Bytes of output that are kept; `docker info` of a machine with everything is below 100 kB. */
const MAX_BUFFER = 64 * 1024 * 1024;

/** Runs a program to its end. Never throws: a missing program and a failure are results. Output loses its last newline. */
export function exec(file: string, args: readonly string[], options: ExecOptions = {}): Promise<ExecResult> {
  const { cwd, timeout, input, env } = options;
  return new Promise((resolve) => {
    const child = execFile(
      file,
      [...args],
      { cwd, timeout, maxBuffer: MAX_BUFFER, env: { ...process.env, ...env } },
      (error, stdout, stderr) => {
        resolve({
          exitCode: error === null ? 0 : typeof error.code === 'number' ? error.code : -1,
          stdout: stdout.replace(/\r?\n$/, ''),
          stderr: stderr.replace(/\r?\n$/, ''),
          notFound: error?.code === 'ENOENT',
          timedOut: error?.killed === true && timeout !== undefined,
        });
      },
    );
    // A program that reads nothing closes its end, which is no concern of ours.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
