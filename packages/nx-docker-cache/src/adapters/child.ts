import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ChildOptions {
  readonly signal?: AbortSignal;
  /** true: Ctrl-C of the terminal does not reach it. */
  readonly detached?: boolean;
  /** Reads its stdout to the end; what is not read is dropped. */
  readonly onStdout?: (stdout: Readable) => Promise<void>;
  readonly onStderr?: (stderr: Readable) => Promise<void>;
}

export interface ChildResult {
  /** -1 where the program could not be started or was ended by a signal. */
  readonly exitCode: number;
  readonly notFound: boolean;
}

/**
 * Runs a program and hands over its output as it comes, no faster than it is taken. For what runs for long or writes
 * more than fits in memory; `exec` is for short answers. @throws what a reader throws; the program is ended then
 */
export async function runChild(
  file: string,
  args: readonly string[],
  options: ChildOptions = {},
): Promise<ChildResult> {
  const { signal, detached = false, onStdout = drop, onStderr = drop } = options;
  const child = spawn(file, [...args], { stdio: ['ignore', 'pipe', 'pipe'], detached, signal });
  const ended = new Promise<ChildResult>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined) resolve({ exitCode: -1, notFound: error.code === 'ENOENT' });
    });
    child.on('close', (code) => resolve({ exitCode: code ?? -1, notFound: false }));
  });
  try {
    const [result] = await Promise.all([ended, onStdout(child.stdout), onStderr(child.stderr)]);
    return result;
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

async function drop(stream: Readable): Promise<void> {
  stream.resume();
}
