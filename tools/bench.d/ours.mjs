/** How our package, and the executors of others, are run and timed. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.mjs';

const HARNESS = fileURLToPath(new URL('executor-process.cjs', import.meta.url));
const CLI = 'node_modules/nx-docker-cache/dist/cli/main.js';

export const cliArgv = (checkout, args) => [process.execPath, join(checkout, CLI), ...args];

/**
 * The command, from its start to its exit, in a checkout without Nx: reading an Nx workspace's project graph is
 * Nx's own work.
 */
export async function cli(args, { image, checkouts, env }) {
  const argv = cliArgv(checkouts.plain, [...args, '--registry', image, '--json']);
  const { ms, code, stdout, output, peakMb } = await measure(argv, {
    cwd: checkouts.plain,
    env,
    memory: true,
  });
  if (code !== 0) throw new Error(`${argv.slice(1).join(' ')} ended with ${code}\n${output.slice(-4000)}`);
  const [{ receipt }] = JSON.parse(stdout);
  return { ms, peakMb, status: receipt.status, steps: receipt.steps };
}

/** An executor's own time: what `nx run` does before and after it is left out. See executor-process.cjs. */
export async function executor(project, target, checkouts, env, overrides) {
  const argv = [process.execPath, HARNESS, checkouts.nx, project, target, JSON.stringify(overrides)];
  const { code, output } = await measure(argv, { cwd: checkouts.nx, env });
  const ms = /^executor-ms (\d+(?:\.\d+)?)$/m.exec(output)?.[1];
  if (code !== 0 || ms === undefined)
    throw new Error(`${project}:${target} ended with ${code}\n${output.slice(-4000)}`);
  return { ms: Number(ms) };
}
