import { spawn } from 'node:child_process';
import { root } from './paths.mjs';

const children = new Set();

/** Runs a program in the root with our output. @returns its exit code; 1 where a signal ended it */
export function run(file, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, ...env },
    });
    children.add(child);
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      resolve(code ?? 1);
    });
  });
}

/** As `run`, with the standard output as text. @returns `{code, stdout}` */
export function capture(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    children.add(child);
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.once('error', reject);
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code: code ?? 1, stdout });
    });
  });
}

export function stopChildren() {
  for (const child of children) child.kill('SIGTERM');
}

/** A step that is one program: it passes or it does not. */
export function program(...args) {
  return async () => ((await run(process.execPath, args)) === 0 ? { passed: 1 } : { failed: 1 });
}
