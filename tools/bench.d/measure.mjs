import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** How often a process is asked for its peak memory, in milliseconds. The kernel keeps the peak, so little is lost. */
const ASK_EVERY = 20;

const running = new Set();

/**
 * Runs one program from start to exit. `memory`: true to ask for its peak, or a text that the command line of those
 * of its descendants holds whose peak is meant.
 * @returns {Promise<{ms: number, code: number, stdout: string, output: string, peakMb: number | undefined}>}
 *   output is both streams
 */
export function measure([file, ...args], { cwd, env, memory = false }) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    let stdout = '';
    let peakMb;
    const ask = () => {
      for (const pid of memory === true ? [child.pid] : descendants(child.pid, memory))
        peakMb = Math.max(peakOf(pid) ?? 0, peakMb ?? 0);
    };
    const timer = memory ? setInterval(ask, ASK_EVERY) : undefined;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.stdout.on('data', (text) => (stdout += text));
    let ms;
    child.once('exit', () => (ms = performance.now() - started));
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      clearInterval(timer);
      resolve({ ms, code: code ?? 1, stdout, output, peakMb });
    });
  });
}

/**
 * Runs programs one after the other, as a script does. A step is argv, `{argv, mayFail: true}`, or `{atOnce: [argv, …]}`
 * for some that run side by side.
 * @returns {Promise<{ms: number, parts: number[]}>} parts: of each step
 */
export async function measureScript(steps, options) {
  const parts = [];
  for (const step of steps) {
    if (step.atOnce) {
      const started = performance.now();
      await Promise.all(step.atOnce.map((argv) => measureScript([argv], options)));
      parts.push(performance.now() - started);
      continue;
    }
    const { argv, mayFail } = Array.isArray(step) ? { argv: step } : step;
    const result = await measure(argv, options);
    if (result.code !== 0 && !mayFail)
      throw new Error(`${argv.join(' ')} ended with ${result.code}\n${result.output.slice(-4000)}`);
    parts.push(result.ms);
  }
  return { ms: parts.reduce((sum, part) => sum + part, 0), parts };
}

export function stopMeasuring() {
  for (const child of running) child.kill('SIGTERM');
}

/** Processes that a process has started, and those of them, whose command line holds the text. */
function descendants(pid, text) {
  const read = (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  let threads = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    // It has gone.
  }
  const children = threads.flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).split(' ').filter(Boolean),
  );
  return children.flatMap((child) => [
    ...(read(`/proc/${child}/cmdline`).includes(text) ? [child] : []),
    ...descendants(child, text),
  ]);
}

/** Peak resident memory of a process in MB, from the kernel's own count. */
function peakOf(pid) {
  try {
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}
