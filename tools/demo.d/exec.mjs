import { spawn } from 'node:child_process';

const children = new Set();
let stopped = false;

/**
 * Runs a program to its end. No shell.
 * @param {{cwd: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void}} options
 *   onLine gets each line of both outputs as it comes
 * @returns {Promise<string>} its standard output
 * @throws Error with the end of its output where it fails
 */
export function run(file, args, { cwd, env = process.env, onLine } = {}) {
  if (stopped) return Promise.reject(new Error('interrupted'));
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    let stdout = '';
    const tail = [];
    const line = (text) => {
      // What was shown as it came need not be shown again.
      if (onLine) return onLine(text);
      tail.push(text);
      if (tail.length > 40) tail.shift();
    };
    const rest = [lines(child.stdout, line, (text) => (stdout += text)), lines(child.stderr, line)];
    child.once('error', (error) => finish(error.message));
    child.once('close', (code, signal) => finish(code === 0 ? undefined : `ended with ${code ?? signal}`));
    function finish(problem) {
      children.delete(child);
      for (const flush of rest) flush();
      if (problem === undefined) resolve(stdout);
      else reject(new Error([`${[file, ...args].join(' ')} ${problem}`, ...tail].join('\n')));
    }
  });
}

/** Ends what runs; nothing is started after it. */
export function stopChildren() {
  stopped = true;
  for (const child of children) child.kill('SIGTERM');
}

/** @returns what to call at the end, for a last line without a newline */
function lines(stream, onLine, onText) {
  let open = '';
  stream.setEncoding('utf8').on('data', (text) => {
    onText?.(text);
    const parts = (open + text).split(/\r?\n/);
    open = parts.pop();
    parts.forEach((part) => onLine(part));
  });
  return () => open !== '' && onLine(open);
}
