import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as engine from '../engine.d/index.mjs';
import { run } from './exec.mjs';
import { colors, quote } from './screen.mjs';

export const PROJECTS = ['api', 'gateway', 'worker'];

/** The machine's own that a build needs. All else stays out: this may run inside a CI job with variables of its own. */
const KEPT =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|NDC_ENGINE_HOME|(https?|no|all)_proxy|npm_config_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*)$/i;

/** Builds all projects on an agent that has nothing. @returns receipts by project */
export async function buildOn(name, workspace, flags = []) {
  await engine.agent(name, { fresh: true });
  return buildAgain(name, workspace, flags);
}

/** The environment of a CI job on an agent. */
export async function environmentOf(name) {
  const own = Object.fromEntries(Object.entries(process.env).filter(([variable]) => KEPT.test(variable)));
  return {
    ...own,
    ...(await engine.env(name)),
    CI: 'true',
    NX_DAEMON: 'false',
    NX_NO_CLOUD: 'true',
    // A machine of its own has no files of another one's tasks.
    NX_SKIP_NX_CACHE: 'true',
    NX_TUI: 'false',
    npm_config_loglevel: 'error',
    FORCE_COLOR: colors ? '1' : '0',
  };
}

/** The same on an agent that runs. */
export async function buildAgain(name, workspace, flags = []) {
  await run(
    join(workspace, 'node_modules/.bin/nx'),
    ['run-many', '--targets=docker-build', '--output-style=stream', ...flags],
    {
      cwd: workspace,
      env: await environmentOf(name),
      onLine: (line) => line.trim() !== '' && quote(line.trimEnd()),
    },
  );
  return Object.fromEntries(
    await Promise.all(PROJECTS.map(async (project) => [project, await receipt(workspace, project)])),
  );
}

async function receipt(workspace, project) {
  return JSON.parse(await readFile(join(workspace, '.nx-docker-cache', project, 'receipt.json'), 'utf8'));
}
