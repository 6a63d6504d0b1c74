import { spawn } from 'node:child_process';

export interface ProcessOptions {
  readonly cwd?: string;
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
  /** Called with all that stderr holds so far. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
}

export interface ProcessResult {
  /** 128 + the signal's number is left to shells: undefined where a signal ended it. */
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs a program to its end. A program that hangs is killed, and all that it printed is in the error. */
export async function run(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const started = performance.now();
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    options.onStderr?.(stderr, (signal) => child.kill(signal));
  });
  const timeoutMs = options.timeoutMs ?? 90_000;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill('SIGKILL');
  }, timeoutMs);
  try {
    const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>(
      (resolve, reject) => {
        child.on('error', reject);
        child.on('close', (code, by) => resolve([code, by]));
      },
    );
    if (timedOut) {
      throw new Error(`${file} ${args.join(' ')} did not end within ${timeoutMs} ms\n${stdout}\n${stderr}`);
    }
    const seconds = (performance.now() - started) / 1000;
    return { exitCode: exitCode ?? undefined, signal: signal ?? undefined, stdout, stderr, seconds };
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program that has to succeed. @returns its stdout, trimmed */
export async function mustRun(
  file: string,
  args: readonly string[],
  options: ProcessOptions,
): Promise<string> {
  const result = await run(file, args, options);
  if (result.exitCode !== 0) {
    throw new Error(
      `${file} ${args.join(' ')} ended with ${result.exitCode}\n${result.stdout}\n${result.stderr}`,
    );
  }
  return result.stdout.trim();
}
