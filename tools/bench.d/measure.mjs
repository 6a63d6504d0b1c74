import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How often a process is asked for its peak memory, in milliseconds. The kernel keeps the peak, so little is lost. */
const ASK_EVERY = 20;

const running = new Set();

/**
 * Runs one program from start to exit.
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
    const timer = memory ? setInterval(() => (peakMb = peakOf(child.pid) ?? peakMb), ASK_EVERY) : undefined;
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

/** Peak resident memory of a process in MB, from the kernel's own count. */
function peakOf(pid) {
  try {
    const kb = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kb === undefined ? undefined : Number(kb) / 1024;
  } catch {
    return undefined;
  }
}
