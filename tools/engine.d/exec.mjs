import { spawn } from 'node:child_process';
import { EngineError } from './errors.mjs';

/**
 * Run a program to its end. No shell: arguments are passed as they are.
 * @param {string} file
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, input?: string, allowFailure?: boolean, timeoutMs?: number}} [options]
 * @returns {Promise<{code: number, stdout: string, stderr: string}>} a program that cannot be started has code 127
 */
export function run(file, args, { cwd, env, input, allowFailure = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const stdio = [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'];
    const child = spawn(file, args, { cwd, env, timeout: timeoutMs, stdio });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    const done = (code, cause) => {
      if (code === 0 || allowFailure) return resolve({ code, stdout, stderr });
      const tail = stderr.trim().split('\n').slice(-8).join('\n');
      reject(
        new EngineError(
          'ENGINE_COMMAND_FAILED',
          `\`${file} ${args.join(' ')}\` exited with ${code}.\n${tail}`,
          { cause },
        ),
      );
    };
    child.on('error', (error) => done(127, error));
    child.on('close', (code, signal) => done(code ?? 128, signal));
    if (input !== undefined) child.stdin.end(input);
  });
}
