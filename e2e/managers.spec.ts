/**
 * Workspaces of every package manager: one answer for all of them, from what lies in the folder. The programs of the
 * package managers are not needed. And workspaces that are a single package, or a folder of a repository.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShardMatrix } from '../packages/nx-docker-cache/src/model/matrix';
import { parseAffected } from '../packages/nx-docker-cache/test/affected-schema';
import { runCli, type CliResult } from './support/cli';
import { Workspace } from './support/workspace';

interface Manager {
  readonly lockfile: string;
  /** How a package names another one of the workspace. */
  readonly range: string;
  readonly workspaces?: unknown;
  readonly more?: Readonly<Record<string, string>>;
  readonly install: string;
}
const GLOBS = ['apps/*', 'libs/*'];
const BERRY = { '.yarnrc.yml': 'nodeLinker: node-modules\n' };
const PNPM = { 'pnpm-workspace.yaml': 'packages: [apps/*, libs/*]\n' };
const MANAGERS: readonly (readonly [string, string, Manager])[] = [
  ['npm', 'npm', { lockfile: 'package-lock.json', range: '*', workspaces: GLOBS, install: 'npm ci' }],
  ['pnpm', 'pnpm', { lockfile: 'pnpm-lock.yaml', range: 'workspace:*', more: PNPM, install: 'pnpm install' }],
  [
    'yarn, classic',
    'yarn',
    {
      ...{ lockfile: 'yarn.lock', range: '^1.0.0', workspaces: { packages: GLOBS, nohoist: [] } },
      install: 'yarn install --frozen-lockfile',
    },
  ],
  [
    'yarn',
    'yarn',
    {
      ...{ lockfile: 'yarn.lock', range: 'workspace:^', workspaces: GLOBS, more: BERRY },
      install: 'yarn install --immutable',
    },
  ],
  ['bun', 'bun', { lockfile: 'bun.lock', range: 'workspace:*', workspaces: GLOBS, install: 'bun install' }],
];

const manifest = (name: string, dependencies: Record<string, string> = {}): string =>
  JSON.stringify({ name, version: '1.0.0', private: true, dependencies });
const filesOf = ({
  lockfile,
  range,
  workspaces,
  more,
}: Omit<Manager, 'install'>): Record<string, string> => ({
  'package.json': JSON.stringify({ name: 'acme', private: true, workspaces }),
  [lockfile]: '',
  'apps/api/package.json': manifest('@acme/api', { '@acme/shared': range }),
  'apps/api/Dockerfile': `FROM scratch\nCOPY ${lockfile} /\nCOPY apps/api /app\nCOPY libs/shared /shared\n`,
  'apps/web/package.json': manifest('@acme/web', { '@acme/shared': range }),
  'apps/web/Dockerfile': 'FROM acme/api:dev\nCOPY dist /web\n',
  'apps/web/.gitignore': 'dist\n',
  'libs/shared/package.json': manifest('@acme/shared'),
  'libs/shared/index.js': '',
  ...more,
});

const cli = (cwd: string, ...args: string[]): Promise<CliResult> => runCli(args, { cwd, env: {} });
const ask = async (cwd: string, ...args: string[]): Promise<string> => {
  const { stdout, stderr, exitCode } = await cli(cwd, ...args);
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}\n${stderr}`);
  return stdout;
};
const matrixOf = async (cwd: string, ...args: string[]): Promise<ShardMatrix> =>
  JSON.parse(await ask(cwd, 'matrix', '--shards', '2', '--json', ...args)) as ShardMatrix;

describe.each(MANAGERS)('a workspace of %s', (_, tool, manager) => {
  let workspace: Workspace;
  beforeAll(async () => {
    workspace = await Workspace.make({ projects: {}, files: filesOf(manager) });
  });

  it.each([
    ['a library', 'libs/shared/index.js', ['@acme/api: library', '@acme/web: output image']],
    ['the lockfile', manager.lockfile, ['@acme/api: root', '@acme/web: output image']],
    ['a package', 'apps/web/src/page.html', ['@acme/web: output']],
  ])('is affected by %s', async (_, path, expected) => {
    workspace.write({ [path]: 'changed\n' });
    try {
      const { workspace: seen, projects } = parseAffected(
        await ask(workspace.root, 'affected', '--json', '--no-check', '--base', 'HEAD'),
      );
      expect(seen.tools).toEqual([tool]);
      expect(
        projects.map(({ name, reasons }) => `${name}: ${reasons.map(({ kind }) => kind).join(' ')}`),
      ).toEqual(expected);
    } finally {
      await workspace.git('checkout', '--quiet', '--force', 'main');
      await workspace.git('clean', '--quiet', '--force', '-d');
    }
  });

  it('is split over agents, with what is worth a note in the log of CI', async () => {
    const { shards, weights, runner } = await matrixOf(workspace.root);
    expect([
      runner,
      shards.map(({ projects, builds }) => [projects, builds.map(({ root }) => root)]),
    ]).toEqual([
      'git',
      [
        [
          ['@acme/api', '@acme/web'],
          ['apps/api', 'apps/web'],
        ],
      ],
    ]);
    expect(weights.map(({ from }) => from)).toEqual(['estimate', 'estimate']);
    for (const format of ['--github', '--gitlab']) {
      const { stderr } = await cli(workspace.root, 'matrix', '--shards', '2', format);
      expect(stderr).toMatch(
        /^note: 2 shards were asked for, and there is work for 1[^]*\nnote: 2 of 2 durations/,
      );
    }
  });

  it('is set up the same way, with a pipeline that installs with it', async () => {
    const setup = await ask(
      workspace.root,
      ...['init', '--dry-run', '--json', '--ci', 'github', '--registry', 'ghcr.io/acme'],
    );
    const { edits, kept } = JSON.parse(setup) as {
      edits: { path: string; added: string[]; after: string }[];
      kept: string[];
    };
    const scripts = ['scripts.docker-build', 'scripts.docker-publish'];
    expect(kept).toEqual([]);
    expect(Object.fromEntries(edits.map(({ path, added }) => [path, added]))).toMatchObject({
      ...{ 'apps/api/package.json': scripts, 'apps/web/package.json': scripts },
      'nx-docker-cache.json': ['$schema', 'defaults.registry'],
    });
    expect(edits.map(({ path }) => path)).toHaveLength(5);
    expect(edits.at(-1)).toMatchObject({
      ...{ path: '.github/workflows/images.yml', after: expect.stringContaining(`run: ${manager.install}`) },
    });
  });
});

it('is one package, without a name: it goes by its folder', async () => {
  const files = { 'package.json': '{"private":true}', Dockerfile: 'FROM scratch\nCOPY a /\n', a: '' };
  const { root } = await Workspace.make({ projects: {}, files, folder: 'single-' });
  const name = root.split('/').at(-1)!;
  const { shards } = await matrixOf(root);
  const builds = [{ project: name, target: 'docker-build', root: '.' }];
  expect(shards).toEqual([{ shard: 1, projects: [name], builds, scripts: [], tasks: [], seconds: 1.5 }]);
  const { projects } = parseAffected(await ask(root, 'affected', '--json', '--no-check', '--base', 'HEAD'));
  expect(projects).toEqual([]);
  const { dockerfiles } = JSON.parse(await ask(root, 'inspect', `${name}:docker-build`, '--json')) as {
    dockerfiles: { path: string }[];
  };
  expect(dockerfiles.map(({ path }) => path)).toEqual(['Dockerfile']);
  const { stderr, exitCode } = await cli(root, 'inspect', `${name}:docker-biuld`);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`Did you mean ${name}:docker-build?`)]);
});

it('is one of Turborepo: shards have its folders', async () => {
  const npm = { lockfile: 'package-lock.json', range: '*', workspaces: GLOBS };
  const { root } = await Workspace.make({
    projects: { site: { root: 'apps/web' } },
    files: { ...filesOf(npm), 'turbo.jsonc': '{ /* none yet */ "tasks": {} }' },
  });
  expect(JSON.parse(await ask(root, 'matrix', '--shards', '1', '--github'))).toEqual({
    include: [{ shard: 1, projects: '@acme/api site', folders: 'apps/api apps/web' }],
  });
});

it('is not the one around it: the clone of another repository, which nothing there names', async () => {
  const npm = { lockfile: 'package-lock.json', range: '*', workspaces: GLOBS };
  const { root } = await Workspace.make({ projects: {}, files: filesOf(npm) });
  const other = await Workspace.make({ projects: {}, files: { Dockerfile: 'FROM scratch\n' } });
  await other.git('rm', '--quiet', 'nx-docker-cache.json');
  await other.commit();
  const clones = ['vendor/tool', 'apps/tool'].map((path) => join(root, path));
  for (const clone of clones) await other.git('clone', '--quiet', other.root, clone);
  const rootSeen = async (cwd: string): Promise<string> => {
    const { workspace } = JSON.parse(await ask(cwd, 'inspect', '--json')) as { workspace: { root: string } };
    return workspace.root;
  };
  expect(await Promise.all(clones.map(rootSeen))).toEqual(clones);
  await ask(clones[0]!, 'init');
  expect(existsSync(join(clones[0]!, 'nx-docker-cache.json'))).toBe(true);
  writeFileSync(join(clones[1]!, 'package.json'), '{"name":"tool"}');
  expect(await rootSeen(clones[1]!)).toBe(root);
});

describe('a workspace that is a folder of a repository', () => {
  it('is split by what changed in it, and gets no pipeline where no service would look', async () => {
    const npm = { lockfile: 'package-lock.json', range: '*', workspaces: GLOBS };
    const inner = Object.entries({ ...filesOf(npm), 'nx-docker-cache.json': '{}' });
    const workspace = await Workspace.make({
      projects: {},
      files: Object.fromEntries(inner.map(([path, text]) => [`work/${path}`, text])),
    });
    const root = join(workspace.root, 'work');
    workspace.write({ 'work/libs/shared/index.js': 'x\n', 'apps/web/src/x': '' });
    const { shards } = await matrixOf(root, '--affected', '--base', 'HEAD');
    expect(shards.map(({ projects }) => projects)).toEqual([['@acme/api', '@acme/web']]);
    const init = ['init', '--ci', 'gitlab', '--registry', 'ghcr.io/acme'];
    const { stderr, exitCode } = await cli(root, ...init);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining(`a workspace at ${workspace.root}, the root`),
    ]);
    expect(stderr).toContain(`one at ${root}`);
    expect(await workspace.git('status', '--porcelain', 'work/nx-docker-cache.json')).toBe('');
  });
});
