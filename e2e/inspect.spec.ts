/** `inspect` in workspaces as people have them, without any engine. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { InspectedDockerfile, Inspection } from '../packages/nx-docker-cache/src/model/inspection';
import { parseInspection } from '../packages/nx-docker-cache/test/inspection-schema';
import { onCleanup } from './support/cleanup';
import { runCli, type CliResult } from './support/cli';
import { NxWorkspace } from './support/nx-workspace';
import { CLI } from './support/paths';

type Files = Readonly<Record<string, string | object>>;

function folderWith(files: Files): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'e2e-inspect-')));
  onCleanup(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return root;
}

const cli = (cwd: string, ...args: readonly string[]): Promise<CliResult> =>
  runCli(['inspect', ...args], { cwd, env: { NX_DAEMON: 'false' } });

async function json(cwd: string, ...args: readonly string[]): Promise<Inspection> {
  const { exitCode, stdout, stderr, leftovers } = await cli(cwd, '--json', ...args);
  if (exitCode !== 0) throw new Error(stderr);
  expect(leftovers).toEqual([]);
  return parseInspection(stdout);
}

const at = ({ dockerfiles }: Inspection, path: string): InspectedDockerfile =>
  dockerfiles.find((entry) => entry.path === path)!;

const API = `FROM node:20 AS deps
COPY package.json pnpm-lock.yaml ./
FROM deps
COPY libs/shared libs/shared
COPY libs/old libs/old
COPY apps/api apps/api
`;
const WORKSPACE: Files = {
  'package.json': { name: 'acme', private: true },
  'pnpm-workspace.yaml': 'packages:\n  - apps/*\n  - libs/*\n',
  'pnpm-lock.yaml': 'lockfileVersion: 9\n',
  'turbo.json': { tasks: { build: { outputs: ['dist/**'] } } },
  'apps/api/package.json': {
    name: 'api',
    dependencies: { '@acme/shared': 'workspace:*', '@acme/util': 'workspace:*' },
  },
  'apps/api/src/main.js': '',
  'apps/api/Dockerfile': API,
  'apps/web/package.json': { name: 'web', scripts: { build: 'vite build' } },
  'apps/web/Containerfile': 'FROM api\nCOPY apps/web/dist /srv\nCOPY config-$ENV /etc\n',
  'apps/broken/package.json': { name: 'broken' },
  'apps/broken/Dockerfile': 'FROM node:20\n\nCOPI a b\n',
  'libs/shared/package.json': { name: '@acme/shared' },
  'libs/util/package.json': { name: '@acme/util' },
  'libs/old/package.json': { name: '@acme/old' },
  'docker/base.Dockerfile': 'FROM debian\nCOPY docker/setup.sh /\n',
  'docker/setup.sh': '',
  'ignored/Dockerfile': 'FROM debian\n',
  '.gitignore': 'ignored/\n',
};

describe('a pnpm workspace with Turborepo', () => {
  let root: string;
  beforeAll(() => {
    root = folderWith(WORKSPACE);
  });

  it('has an entry for every Dockerfile, a broken one among them', async () => {
    const inspection = await json(root);
    expect(inspection.workspace).toEqual({ root, tools: ['turborepo', 'pnpm'] });
    expect(inspection.dockerfiles.map(({ path, projects }) => [path, projects[0]?.name])).toEqual([
      ['apps/api/Dockerfile', 'api'],
      ['apps/broken/Dockerfile', 'broken'],
      ['apps/web/Containerfile', 'web'],
      ['docker/base.Dockerfile', undefined],
    ]);
    expect(at(inspection, 'apps/broken/Dockerfile').problem).toMatchObject({
      code: 'DOCKERFILE_SYNTAX',
      line: 3,
      hint: 'Did you mean COPY?',
    });
  });

  it('knows where a list of COPYs is stale', async () => {
    const { drift, edges, rootInputs } = at(await json(root, 'api'), 'apps/api/Dockerfile');
    expect(drift).toMatchObject([
      {
        checked: true,
        missing: [{ project: '@acme/util', root: 'libs/util', line: 6 }],
        superfluous: [{ project: '@acme/old', line: 5 }],
      },
    ]);
    expect(edges.map(({ to, line }) => [to, line])).toEqual([
      ['@acme/shared', 4],
      ['@acme/old', 5],
    ]);
    expect(rootInputs.map(({ path }) => path)).toEqual(['package.json', 'pnpm-lock.yaml']);
  });

  it('knows outputs, images of other projects, and what cannot be known', async () => {
    const web = at(await json(root), 'apps/web/Containerfile');
    expect(web).toMatchObject({
      context: { path: '.', decided: true },
      outputs: [{ path: 'apps/web/dist', project: 'web', target: 'build', line: 2 }],
      edges: [{ from: 'web', to: 'api', via: 'FROM', line: 1, reads: 'image' }],
      unresolved: [{ line: 3, text: 'config-$ENV' }],
    });
  });

  it('is readable: what to look at, and what to do', async () => {
    const { exitCode, stdout } = await cli(root);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('4 Dockerfiles');
    expect(stdout).toMatch(/missing +apps\/api\/Dockerfile:6\n +libs\/util is not copied, and api needs it/);
    expect(stdout).toContain('do: add COPY libs/util libs/util after line 6');
    expect(stdout).toMatch(/superfluous +apps\/api\/Dockerfile:5/);
    expect(stdout).toMatch(/unresolved +apps\/web\/Containerfile:3/);
    expect(stdout).toMatch(/broken +apps\/broken\/Dockerfile:3/);
  });

  it.each([
    [['apii'], 'UNKNOWN_PROJECT', 'Did you mean api?'],
    [['api', 'web'], 'USAGE', '--help'],
    [['api', '--push'], 'USAGE', '--help'],
  ])('refuses %j', async (args, code, hint) => {
    const { exitCode, stdout, stderr } = await cli(root, ...args);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(code);
    expect(stderr).toContain(hint);
  });
});

describe('a plain folder', () => {
  it('has a project in each folder with a Dockerfile, and hears its compose file', async () => {
    const root = folderWith({
      '.git/HEAD': '',
      'services/api/Dockerfile': 'FROM python:3\nCOPY . .\n',
      'services/db/Dockerfile.dev': 'FROM postgres\nCOPY . .\n',
      'compose.yaml':
        'services:\n  api:\n    build: services/api\n  db:\n    build: { context: ., dockerfile: services/db/Dockerfile.dev }\n',
    });
    const inspection = await json(root);
    expect(inspection.workspace.tools).toEqual([]);
    expect(
      inspection.dockerfiles.map(({ path, projects, context }) => [path, projects.length, context?.path]),
    ).toEqual([
      ['services/api/Dockerfile', 1, 'services/api'],
      ['services/db/Dockerfile.dev', 0, '.'],
    ]);
    expect(inspection.dockerfiles[1]?.context?.reason).toBe('compose.yaml line 5 says so');
  });
});

describe('an Nx workspace', () => {
  it("has projects and what they need from Nx's own graph, without what Dockerfiles add to it", async () => {
    const pack = (name: string, needs: Record<string, string> = {}): string =>
      JSON.stringify({ name, version: '0.0.0', scripts: { build: 'true' }, dependencies: needs });
    const workspace = await NxWorkspace.make({
      version: '23.2.1',
      files: {
        'apps/api/package.json': pack('api', { shared: '*', util: '*' }),
        'apps/api/src/main.js': '',
        'apps/api/Dockerfile':
          'FROM node:20\nCOPY libs/shared libs/shared\nCOPY libs/old libs/old\nCOPY apps/api apps/api\n',
        'apps/web/package.json': pack('web'),
        'apps/web/Dockerfile': 'FROM node:20\nCOPY . .\n',
        'libs/shared/package.json': pack('shared'),
        'libs/util/package.json': pack('util'),
        'libs/old/package.json': pack('old'),
        'docker/tools.Dockerfile': 'FROM busybox\n',
      },
    });
    await workspace.addPlugin();
    await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    const inspection = await json(workspace.root);
    expect(inspection.workspace.tools).toEqual(['nx', 'npm']);
    expect(at(inspection, 'docker/tools.Dockerfile').projects).toEqual([]);
    expect(at(inspection, 'apps/api/Dockerfile')).toMatchObject({
      projects: [{ name: 'api', root: 'apps/api', target: 'docker-build' }],
      context: { path: '.', reason: '3 of 3 telling sources exist in the workspace root' },
      drift: [
        {
          checked: true,
          missing: [{ project: 'util', line: 4, chain: ['api', 'util'] }],
          superfluous: [{ project: 'old', line: 3 }],
        },
      ],
    });
    expect(at(inspection, 'apps/web/Dockerfile').context).toEqual({
      ...{ path: '.', reason: 'as apps/api/Dockerfile', decided: true },
    });
    const { exitCode, stderr } = await cli(workspace.root, 'apo');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Did you mean api?');
  }, 300_000);
});

it('goes on where nobody reads what it says, as before `head`', async () => {
  const child = spawn(process.execPath, [CLI, 'inspect', '--json'], { cwd: folderWith(WORKSPACE) });
  let told = '';
  child.stderr.on('data', (text: Buffer) => (told += text.toString()));
  child.stdout.destroy();
  const code = await new Promise((resolve) => child.once('close', resolve));
  expect({ code, told }).toEqual({ code: 0, told: '' });
});
