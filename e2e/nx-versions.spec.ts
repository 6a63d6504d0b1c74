/** The packed plugin in fresh workspaces of every version of Nx that it is made for. */
import { describeWithEngine, freshAgent, startRegistry } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';

const VERSIONS = ['21.6.11', '22.7.8', '23.2.1', '24.0.0'];
/** The others differ in how the graph is made, not in how a task runs. */
const BUILT = ['23.2.1', '24.0.0'];

const COPY_MAIN = 'mkdir -p dist && cp src/main.js dist/main.js';
const FILES = {
  'apps/api/package.json': JSON.stringify({
    name: 'api',
    version: '0.0.0',
    private: true,
    scripts: { build: COPY_MAIN, start: 'node dist/main.js' },
    dependencies: { shared: '*', ms: '2.1.3' },
  }),
  'apps/api/src/main.js': "console.log(require('ms')('1h'), require('shared'));\n",
  'apps/api/README.md': 'read me\n',
  'libs/shared/package.json': JSON.stringify({
    name: 'shared',
    version: '0.0.0',
    main: 'dist/main.js',
    scripts: { build: COPY_MAIN },
  }),
  'libs/shared/src/main.js': "module.exports = 'shared';\n",
  // No JavaScript, and a library of none either.
  'apps/tool/project.json': JSON.stringify({ name: 'tool' }),
  'apps/tool/Dockerfile':
    'FROM busybox\nCOPY apps/tool/run.sh /run.sh\nCOPY data /data\nCMD ["sh", "/run.sh"]\n',
  'apps/tool/run.sh': 'ls /data\n',
  'data/project.json': JSON.stringify({ name: 'data' }),
  'data/list.txt': 'a\n',
  // Nx itself fills in the name, which as it is would be no image.
  'apps/site/project.json': JSON.stringify({
    name: '@acme/site',
    targets: { 'docker-build': { options: { image: 'sites/{projectName}' } } },
  }),
  'apps/site/Dockerfile': 'FROM busybox\nCOPY apps/site/index.html /\n',
  'apps/site/index.html': 'hello\n',
  'apps/broken/project.json': JSON.stringify({ name: 'broken' }),
  'apps/broken/Dockerfile': 'FROM busybox\nCOPI a b\n',
  'docker/base/Dockerfile': 'FROM busybox\n',
  'fixtures/app/Dockerfile': 'FROM busybox\n',
};
const PROJECTS = ['@acme/site', 'api', 'broken', 'data', 'shared', 'tool'];

describe.each(VERSIONS)('Nx %s', (version) => {
  let workspace: NxWorkspace;
  beforeAll(async () => {
    workspace = await NxWorkspace.make({ version, files: FILES });
    await workspace.addPlugin();
    await workspace.commit();
  }, 300_000);

  it('shows what init would do and does none of it', async () => {
    const output = await workspace.mustNx(['g', 'nx-docker-cache:init', '--dry-run', '--no-interactive']);
    expect(output).toContain('UPDATE nx.json');
    expect(output).toContain('UPDATE .gitignore');
    expect(await workspace.changes()).toEqual([]);
  });

  it('is initialised, once', async () => {
    await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    expect(JSON.parse(workspace.read('nx.json'))).toMatchObject({ plugins: ['nx-docker-cache'] });
    expect(await workspace.changes()).toEqual(['.gitignore', 'nx.json']);
    await workspace.commit();
    await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    expect(await workspace.changes()).toEqual([]);
  });

  it('gets a Dockerfile for a project, and refuses a project that there is not', async () => {
    await workspace.mustNx(['g', 'nx-docker-cache:configuration', 'api', '--no-interactive']);
    expect(await workspace.changes()).toEqual(['apps/api/Dockerfile', 'apps/api/Dockerfile.dockerignore']);
    expect(workspace.read('apps/api/Dockerfile')).toContain('COPY --link apps/api/dist apps/api/dist/\n');
    const { exitCode, stdout, stderr } = await workspace.nx([
      'g',
      'nx-docker-cache:configuration',
      'apu',
      '--no-interactive',
    ]);
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toContain('Did you mean api?');
    await workspace.commit();
  });

  it('has a graph with a broken Dockerfile and a folder that is no project', async () => {
    expect((await workspace.json<string[]>('show', 'projects')).sort()).toEqual(PROJECTS);
    const { stderr } = await workspace.nx(['show', 'projects']);
    expect(stderr).toContain('apps/broken/Dockerfile');
    const broken = await workspace.json<Shown>('show', 'project', 'broken');
    expect(broken.targets['docker-build']?.executor).toBe('nx-docker-cache:build');
  });

  it('knows what a build reads, and what has to be built before it', async () => {
    const { targets } = await workspace.json<Shown>('show', 'project', 'api');
    expect(targets['docker-build']).toMatchObject({
      executor: 'nx-docker-cache:build',
      cache: false,
      options: { dockerfile: 'apps/api/Dockerfile', context: '.' },
      dependsOn: ['build', { projects: ['shared'], target: 'build' }],
      outputs: [
        '{workspaceRoot}/.nx-docker-cache/api/receipt.json',
        '{workspaceRoot}/.nx-docker-cache/api/stages',
      ],
    });
  });

  it('has edges to projects whose folders are copied, in any language', async () => {
    await workspace.mustNx(['graph', '--file=.nx/graph.json']);
    const { graph } = JSON.parse(workspace.read('.nx/graph.json')) as { graph: Graph };
    expect(graph.dependencies['tool']).toEqual([{ source: 'tool', target: 'data', type: 'static' }]);
    expect(graph.dependencies['api']?.map(({ target }) => target)).toContain('shared');
  });

  if (BUILT.includes(version)) {
    describeWithEngine('with an engine', () => {
      it('builds, and on an agent that has nothing it finds all that was built', async () => {
        const { host } = await startRegistry(`nx-${version}`);
        await workspace.mustNx(['g', 'nx-docker-cache:init', `--registry=${host}/acme`, '--no-interactive']);
        const first = await freshAgent('nx-a');
        await workspace.mustNx(['run', 'api:docker-build'], first.env);
        const before = workspace.receipt('api');
        expect(before).toMatchObject({
          project: 'api',
          image: `${host}/acme/api`,
          loaded: true,
          pushed: false,
        });
        expect(before.steps.executed).toBeGreaterThan(0);
        const ran = await first.docker('run', '--rm', '--network=none', `${host}/acme/api:dev`);
        expect(ran).toMatchObject({ exitCode: 0, stdout: '3600000 shared\n' });

        const second = await freshAgent('nx-b');
        await workspace.mustNx(['run', 'api:docker-build'], second.env);
        const after = workspace.receipt('api');
        expect(after.steps.executed).toBe(0);
        expect(after.steps.fetched).toBeGreaterThan(0);
        expect(after.digest).toBe(before.digest);
        expect(await second.image(`${host}/acme/api:dev`)).toBeDefined();
      });

      it('takes options of the command line, and gives a scoped project a valid image', async () => {
        const agent = await freshAgent('nx-a');
        const flags = ['--dryRun', '--skip=false', '--provenance=mode=min', '--sbom=true'];
        const shown = await workspace.nx(['run', '@acme/site:docker-build', ...flags], agent.env);
        expect(shown).toMatchObject({ exitCode: 0 });
        expect(shown.stdout + shown.stderr).toMatch(/ load \S+\/acme\/sites\/acme\/site:dev /);
        for (const flag of ['--skip=repository', '--provenance=false', '--sbom=false', '--load=true'])
          await workspace.mustNx(['run', 'tool:docker-build', '--dryRun', flag], agent.env);
        const refused = await workspace.nx(['run', 'tool:docker-build', '--skip=never'], agent.env);
        expect(refused).toMatchObject({ exitCode: 1 });
        expect(refused.stdout + refused.stderr).toContain("'skip' does not match the schema");
      });

      it('shows the line of a syntax error', async () => {
        const agent = await freshAgent('nx-a');
        const { exitCode, stdout, stderr } = await workspace.nx(['run', 'broken:docker-build'], agent.env);
        expect(exitCode).toBe(1);
        expect(stdout + stderr).toMatch(/DOCKERFILE_SYNTAX: Dockerfile line 2/);
      });
    });
  }
});

interface Shown {
  readonly targets: Readonly<Record<string, { readonly executor: string }>>;
}

interface Graph {
  readonly dependencies: Readonly<
    Record<string, readonly { readonly source: string; readonly target: string; readonly type: string }[]>
  >;
}
