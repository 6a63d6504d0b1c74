/** Scripts that `init` writes, as turbo starts them with a real yarn 4: packages see no command of the root there. */
import { copyFileSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { onCleanup } from './support/cleanup';
import { systemPath } from './support/paths';
import { mustRun, run } from './support/process';
import { Workspace } from './support/workspace';

const { HOME, NODE_EXTRA_CA_CERTS } = process.env;
const PATH = systemPath();
const BASIC = { HOME, NODE_EXTRA_CA_CERTS, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' };

let tools: string;
beforeAll(async () => {
  tools = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-yarn-')));
  onCleanup(() => rmSync(tools, { recursive: true, force: true }));
  writeFileSync(join(tools, 'package.json'), '{ "private": true }');
  const packages = ['@yarnpkg/cli-dist@4.18.1', 'turbo@2.11.11'];
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  const options = { cwd: tools, env: { ...BASIC, PATH }, timeoutMs: 120_000 };
  await mustRun('npm', ['install', ...packages, ...flags], options);
});

it.each(['pnp', 'node-modules'])('are found by yarn with %s', async (linker) => {
  const tarball = process.env['NDC_TARBALL']!;
  const env = { ...BASIC, PATH: `${join(tools, 'node_modules/.bin')}:${PATH}` };
  const scripts = (build: string): string =>
    JSON.stringify({ name: '@acme/plain', private: true, scripts: { 'docker-build': build } });
  const workspace = await Workspace.make({
    projects: {},
    files: {
      'package.json': JSON.stringify({
        ...{ name: 'shop', private: true, packageManager: 'yarn@4.18.1', workspaces: ['apps/*'] },
        devDependencies: { 'nx-docker-cache': `file:./${basename(tarball)}` },
      }),
      'turbo.json': '{ "tasks": {} }',
      ...{ '.yarnrc.yml': `nodeLinker: ${linker}\nenableTelemetry: false\n`, 'yarn.lock': '' },
      '.gitignore': 'node_modules\n.turbo\n.yarn\n.pnp.*\n',
      ...{ 'apps/api/package.json': '{ "name": "@acme/api" }', 'apps/api/Dockerfile': 'FROM scratch\n' },
      'apps/plain/package.json': scripts('nx-docker-cache build .'),
    },
  });
  copyFileSync(tarball, join(workspace.root, basename(tarball)));
  const options = { cwd: workspace.root, env: { ...env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' } };
  await mustRun('yarn', ['install'], { ...options, timeoutMs: 120_000 });
  await mustRun('yarn', ['nx-docker-cache', 'init', '--registry', 'registry.test/acme'], options);

  const turbo = (folder: string) => {
    const args = ['run', 'docker-build', `--filter=./${folder}`, '--ui=stream', '--', '--help'];
    return run('turbo', args, options);
  };
  const { exitCode, stdout } = await turbo('apps/api');
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('nx-docker-cache: Docker builds')]);
  // What all other package managers are content with.
  const plain = await turbo('apps/plain');
  expect([plain.exitCode, plain.stdout]).toEqual([
    127,
    expect.stringContaining('command not found: nx-docker-cache'),
  ]);
});
