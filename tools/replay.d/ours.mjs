/** The product on an agent that was made for this commit: a fresh clone, an engine that has nothing. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { distDir } from '../lib/paths.mjs';
import { imageName } from './monorepo.mjs';

const run = promisify(execFile);

/**
 * @param {import('./monorepo.mjs').Monorepo} repo what is checked out in `folder`
 * @returns {Promise<{seconds: number, results: Map<string, 'skipped' | 'built' | string>}>} a text is what went wrong
 */
export async function buildOurs(repo, { folder, env }) {
  const names = repo.projects.map(({ name }) => name);
  const started = performance.now();
  const { stdout } = await run(
    process.execPath,
    [join(distDir, 'cli/main.js'), 'build', ...names, '--json', '--progress', 'quiet'],
    { cwd: folder, env, maxBuffer: 256 * 2 ** 20 },
  ).catch((error) => {
    // Projects that failed are in the result.
    if (!String(error.stdout).startsWith('[')) throw error;
    return error;
  });
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

export const ourRepository = (name) => `ours/${imageName(name)}`;
