/** The product on an agent that was made for this commit: a fresh clone, an engine that has nothing. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { distDir } from '../lib/paths.mjs';
import { imageName } from './monorepo.mjs';

const run = promisify(execFile);

/**
 * @param {{folder: string, env: NodeJS.ProcessEnv}} at the clone, and the agent
 * @returns {Promise<{seconds: number, results: Map<string, 'skipped' | 'built' | string>}>} a text is what went wrong
 */
export async function buildOurs({ folder, env }) {
  const started = performance.now();
  const { stdout } = await cli(['build', '--all', '--json', '--progress', 'quiet'], { folder, env }).catch(
    (error) => {
      // Projects that failed are in the result.
      if (!String(error.stdout).startsWith('[')) throw error;
      return error;
    },
  );
  const seconds = (performance.now() - started) / 1000;
  const results = JSON.parse(stdout).map(({ project, receipt, error }) => [
    project,
    error === undefined
      ? receipt.status === 'skipped'
        ? 'skipped'
        : 'built'
      : `${error.code}: ${error.found}`,
  ]);
  return { seconds, results: new Map(results) };
}

/** What the product says a commit concerns, before anything is built. @returns {Promise<Set<string>>} names */
export async function affectedBy(base, { folder, env }) {
  const { stdout } = await cli(['affected', '--base', base, '--no-check', '--json'], { folder, env });
  return new Set(JSON.parse(stdout).projects.map(({ name }) => name));
}

function cli(args, { folder, env }) {
  return run(process.execPath, [join(distDir, 'cli/main.js'), ...args], {
    ...{ cwd: folder, env, maxBuffer: 256 * 2 ** 20 },
  });
}

export const ourRepository = (name) => `ours/${imageName(name)}`;
