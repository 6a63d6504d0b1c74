/** What a pipeline reads of the command's output, with the real package managers: some print more than the command does. */
import { copyFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { readPipeline, type GitlabJobs } from '../packages/nx-docker-cache/test/ci/gitlab';
import { onCleanup } from './support/cleanup';
import { systemPath } from './support/paths';
import { mustRun, run } from './support/process';
import { Workspace } from './support/workspace';

const FILES = ['.gitlab-ci.yml', '.gitlab/images.yml', '.gitlab/images-shard.yml'];
const VERSIONS: Readonly<Record<string, string>> = {
  yarn: 'yarn@1.22.22',
  'yarn-berry': '@yarnpkg/cli-dist@4.18.1',
  pnpm: 'pnpm@10.34.8',
  bun: 'bun@1.4.5',
};
/** The library's comes first, as the application's reads what it makes. */
const SCRIPTS = 'libs/ui:build apps/api:build';

interface Workflow {
  readonly jobs: Readonly<
    Record<'plan' | 'images', { readonly steps: readonly { id?: string; run?: string }[] }>
  >;
}
type Env = Readonly<Record<string, string | undefined>>;

const temporary = (name: string): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `e2e-${name}-`)));
  onCleanup(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Folder with the commands of a package manager; undefined for npm, which is here. */
async function installed(version: string | undefined, env: Env): Promise<string | undefined> {
  if (version === undefined) return undefined;
  const folder = temporary('manager');
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline'];
  await mustRun('npm', ['install', version, ...flags], { cwd: folder, env, timeoutMs: 120_000 });
  return join(folder, 'node_modules/.bin');
}

describe.each([
  ['npm', undefined, ['npm', 'install'], {}],
  ['yarn 1', VERSIONS['yarn'], ['yarn', 'install'], {}],
  [
    ...(['yarn', VERSIONS['yarn-berry'], ['yarn', 'install']] as const),
    { '.yarnrc.yml': 'nodeLinker: node-modules\nenableTelemetry: false\n', 'yarn.lock': '' },
  ],
  [
    ...(['pnpm', VERSIONS['pnpm'], ['pnpm', 'install']] as const),
    { 'pnpm-workspace.yaml': 'packages: [apps/*, libs/*]\nlinkWorkspacePackages: true\n' },
  ],
  ['bun', VERSIONS['bun'], ['bun', 'install'], {}],
] as const)('the pipelines of init with %s', (_, version, [command, ...args], files) => {
  let workspace: Workspace;
  let env: Env;

  beforeAll(async () => {
    const { HOME, NODE_EXTRA_CA_CERTS } = process.env;
    const PATH = systemPath();
    // yarn 1 takes a tarball that it has seen under this name out of its cache.
    const YARN_CACHE_FOLDER = temporary('cache');
    const basic = { HOME, NODE_EXTRA_CA_CERTS, YARN_CACHE_FOLDER, npm_config_audit: 'false' };
    const bin = await installed(version, { ...basic, PATH });
    env = { ...basic, PATH: bin === undefined ? PATH : `${bin}:${PATH}` };
    const tarball = process.env['NDC_TARBALL']!;
    workspace = await Workspace.make({
      projects: {},
      files: {
        'package.json': JSON.stringify({
          ...{ name: 'shop', version: '1.0.0', private: true, workspaces: ['apps/*', 'libs/*'] },
          devDependencies: { 'nx-docker-cache': `file:./${basename(tarball)}` },
        }),
        'apps/api/package.json': JSON.stringify({
          ...{ name: '@acme/api', version: '1.0.0', dependencies: { '@acme/ui': '1.0.0' } },
          scripts: { build: 'mkdir -p dist && cp ../../libs/ui/dist/index.txt dist/' },
        }),
        'libs/ui/package.json': JSON.stringify({
          ...{ name: '@acme/ui', version: '1.0.0' },
          scripts: { build: 'mkdir -p dist && echo ui > dist/index.txt' },
        }),
        'apps/api/Dockerfile': 'FROM busybox\nCOPY dist /dist\n',
        ...{ '.gitignore': 'node_modules\ndist\n', ...files },
      },
    });
    copyFileSync(tarball, join(workspace.root, basename(tarball)));
    const options = { cwd: workspace.root, env: { ...env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' } };
    await mustRun(command, args, { ...options, timeoutMs: 120_000 });
    const cli = join(workspace.root, 'node_modules/.bin/nx-docker-cache');
    for (const ci of ['github', 'gitlab'])
      await mustRun(cli, ['init', '--ci', ci, '--registry', 'ghcr.io/acme'], options);
  });

  const workflow = (): Workflow => parse(workspace.read('.github/workflows/images.yml')) as Workflow;
  const pipeline = (): GitlabJobs =>
    readPipeline(Object.fromEntries(FILES.map((path) => [path, workspace.read(path)])), FILES.slice(0, 1));

  it('hand on one line of JSON on GitHub', async () => {
    const { run: lines } = workflow().jobs.plan.steps.find(({ id }) => id === 'matrix')!;
    const output = join(temporary('output'), 'output');
    const own = { ...env, CI: 'true', GITHUB_OUTPUT: output, AFFECTED: '' };
    await mustRun('bash', ['-e', '-c', lines!], { cwd: workspace.root, env: own });
    const [line = '', ...more] = readFileSync(output, 'utf8').split('\n');
    expect(more).toEqual(['']);
    expect(JSON.parse(line.replace('matrix=', ''))).toEqual({
      include: [{ shard: 1, projects: '@acme/api', scripts: SCRIPTS }],
    });
  });

  it('build by scripts of packages, which find the command of the root', async () => {
    const help = command === 'npm' ? ['--', '--help'] : ['--help'];
    const args = ['run', 'docker-build', ...help];
    const output = await mustRun(command, args, { cwd: join(workspace.root, 'apps/api'), env });
    expect(output).toMatch(/^ *nx-docker-cache: Docker builds/m);
  });

  it('write files of JSON on GitLab', async () => {
    const { script, artifacts } = pipeline()['images plan']!;
    await mustRun('sh', ['-e', '-c', script!.join('\n')], {
      cwd: workspace.root,
      env: { ...env, CI: 'true' },
    });
    expect(artifacts!.paths!.map((path) => JSON.parse(workspace.read(path)) as unknown)).toEqual([
      { 'images 1': { extends: '.images', variables: { SHARD: '1', PROJECTS: '@acme/api', SCRIPTS } } },
      { include: [{ shard: 1, projects: '@acme/api', scripts: SCRIPTS }] },
    ]);
  });

  it('make what images copy before they build, what others need first, and end where that fails', async () => {
    const isScripts = (command: string): boolean => command.includes('$SCRIPTS');
    const ofGithub = workflow()
      .jobs.images.steps.flatMap(({ run: lines = '' }) => lines.split('\n'))
      .find(isScripts)!;
    const ofGitlab = pipeline()['.images']!.script!.find(isScripts)!;
    for (const [shell, command] of [
      ['bash', ofGithub],
      ['sh', ofGitlab],
    ] as const) {
      for (const root of ['apps/api', 'libs/ui'])
        rmSync(join(workspace.root, root, 'dist'), { recursive: true, force: true });
      const after = (scripts: string): ReturnType<typeof run> =>
        run(shell, ['-e', '-c', `${command}\necho built`], {
          ...{ cwd: workspace.root, env: { ...env, CI: 'true', SCRIPTS: scripts }, timeoutMs: 60_000 },
        });
      expect(await after('apps/api:missing')).not.toMatchObject({ exitCode: 0 });
      expect((await after('apps/api:build libs/ui:build')).stdout).not.toContain('built');
      const { exitCode, stdout } = await after(SCRIPTS);
      expect([exitCode, stdout.trim().split('\n').at(-1)]).toEqual([0, 'built']);
      expect(workspace.read('apps/api/dist/index.txt')).toBe('ui\n');
      expect((await after('')).exitCode).toBe(0);
    }
  });
});
