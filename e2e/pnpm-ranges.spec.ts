/** Ranges between packages, as real pnpm 8 and 10 take them: what is built of a linked package is affected by it. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAffected } from '../packages/nx-docker-cache/test/affected-schema';
import { onCleanup } from './support/cleanup';
import { runCli } from './support/cli';
import { mustRun } from './support/process';
import { Workspace } from './support/workspace';

const FILES = {
  'package.json': '{"name":"acme","private":true}',
  'pnpm-workspace.yaml': 'packages: [apps/*, libs/*]\n',
  'apps/api/package.json': '{"name":"@acme/api","version":"1.0.0","dependencies":{"@acme/shared":"^1.0.0"}}',
  'apps/api/Dockerfile': 'FROM scratch\nCOPY dist /app\n',
  'apps/api/.gitignore': 'dist\n',
  'libs/shared/package.json': '{"name":"@acme/shared","version":"1.0.0"}',
  'libs/shared/index.js': '',
};

async function installed(version: string, env: Record<string, string>): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-pnpm-')));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await mustRun('npm', ['install', version, ...flags], { cwd: folder, env, timeoutMs: 120_000 });
  return join(folder, 'node_modules/.bin/pnpm');
}

const OVERRIDES = { '@acme/shared': 'workspace:*' };
const ofRoot = {
  'package.json': JSON.stringify({ name: 'acme', private: true, pnpm: { overrides: OVERRIDES } }),
};
const ofSettings = {
  'pnpm-workspace.yaml': `${FILES['pnpm-workspace.yaml']}overrides: ${JSON.stringify(OVERRIDES)}\n`,
};

it.each<[string, string, boolean, Readonly<Record<string, string>>?]>([
  ['pnpm@8.15.9', '', true],
  ['pnpm@8.15.9', 'link-workspace-packages=false\n', false],
  ['pnpm@10.34.8', '', false],
  ['pnpm@10.34.8', 'link-workspace-packages=true\n', true],
  ['pnpm@8.15.9', 'link-workspace-packages=false\n', true, ofRoot],
  ['pnpm@10.34.8', '', true, ofSettings],
])('%s %j %s', async (version, npmrc, linked, more = {}) => {
  const workspace = await Workspace.make({ projects: {}, files: { ...FILES, ...more, '.npmrc': npmrc } });
  const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '/' };
  const pnpm = await installed(version, env);
  // Offline it has nothing but the workspace: who asks the registry ends with an error.
  const install = mustRun(pnpm, ['install', '--lockfile-only', '--offline'], { cwd: workspace.root, env });
  if (linked) {
    await install;
    expect(workspace.read('pnpm-lock.yaml')).toContain('link:../../libs/shared');
  } else await expect(install).rejects.toThrow('ERR_PNPM_NO_OFFLINE_META');
  const base = await workspace.commit();
  workspace.write({ 'libs/shared/index.js': 'changed\n' });
  const args = ['affected', '--json', '--no-check', '--base', base];
  const { stdout } = await runCli(args, { cwd: workspace.root, env: {} });
  const found = parseAffected(stdout).projects.map(({ name, reasons }) => [name, reasons[0]?.kind]);
  expect(found).toEqual(linked ? [['@acme/api', 'output']] : []);
});
