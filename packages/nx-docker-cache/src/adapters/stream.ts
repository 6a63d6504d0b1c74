import { execa } from 'execa';

export interface StreamOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Called for each line of stderr. */
  readonly onLine: (line: string) => void;
}

/** Time between SIGTERM and SIGKILL: long enough for a builder to cancel its solve. */
const KILL_AFTER_MS = 10_000;

/** Runs a program and hands over its stderr by lines. Never throws for a failing program. */
export async function stream(
  file: string,
  args: readonly string[],
  options: StreamOptions,
): Promise<{ exitCode: number; canceled: boolean }> {
  const child = execa(file, [...args], {
    cwd: options.cwd,
    env: options.env,
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    stderr: 'pipe',
    buffer: false,
    cancelSignal: options.signal,
    forceKillAfterDelay: KILL_AFTER_MS,
  });
  const decoder = new TextDecoder();
  let rest = '';
  child.stderr.on('data', (chunk: Uint8Array) => {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') options.onLine(line);
  });
  const result = await child;
  if (rest !== '') options.onLine(rest);
  return { exitCode: result.exitCode ?? -1, canceled: result.isCanceled };
}
