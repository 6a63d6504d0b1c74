/** A workspace that has `nx` and nothing else of Nx, as `nx init` leaves it: no package @nx/devkit. */
import { runCli } from './support/cli';
import { describeWithEngine, freshAgent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';

/** The oldest one, where every file of nx can be imported, and those that list what can be. */
const VERSIONS = ['21.6.11', '23.2.1', '24.0.0'];

const FILES = {
  'apps/api/package.json': JSON.stringify({
    name: 'api',
    version: '0.0.0',
    private: true,
    scripts: { build: 'mkdir -p dist && cp src/main.js dist/main.js', start: 'node dist/main.js' },
    dependencies: { ms: '2.1.3' },
  }),
  'apps/api/src/main.js': "console.log(require('ms')('1h'));\n",
};

describe.each(VERSIONS)('nx %s alone', (version) => {
  let workspace: NxWorkspace;
  beforeAll(async () => {
    workspace = await NxWorkspace.make({ version, devkit: false, files: FILES });
  }, 300_000);

  it('adds the plugin with `nx add`, and gets no @nx/devkit by that', async () => {
    await workspace.mustNx(['add', `nx-docker-cache@${workspace.bringTarball()}`]);
    expect(JSON.parse(workspace.read('nx.json'))).toMatchObject({ plugins: ['nx-docker-cache'] });
    expect(workspace.read('.gitignore').split('\n')).toContain('.nx-docker-cache');
    expect(Object.keys(workspace.manifest().devDependencies)).toEqual(['nx', 'nx-docker-cache']);
    expect(workspace.has('node_modules/nx-docker-cache')).toBe(true);
    expect(workspace.has('node_modules/@nx/devkit')).toBe(false);
    await workspace.commit();
  });

  it('gets a Dockerfile, and a project that there is not is refused', async () => {
    await workspace.mustNx(['g', 'nx-docker-cache:configuration', 'api', '--no-interactive']);
    expect(await workspace.changes()).toEqual(['apps/api/Dockerfile', 'apps/api/Dockerfile.dockerignore']);
    const refused = await workspace.nx(['g', 'nx-docker-cache:configuration', 'apu', '--no-interactive']);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('Did you mean api?');
  });

  it('has the target', async () => {
    const { targets } = await workspace.json<Shown>('show', 'project', 'api');
    expect(targets['docker-build']?.executor).toBe('nx-docker-cache:build');
  });

  it('writes the dependency where package.json has none, and says what brings the lockfile up to date', async () => {
    const { devDependencies, ...manifest } = workspace.manifest();
    const { 'nx-docker-cache': _removed, ...others } = devDependencies;
    workspace.write({ 'package.json': JSON.stringify({ ...manifest, devDependencies: others }) });
    const output = await workspace.mustNx(['g', 'nx-docker-cache:init', '--no-interactive']);
    expect(workspace.manifest().devDependencies['nx-docker-cache']).toMatch(/^\d+\.\d+\.\d+/);
    expect(output).toContain('for the lockfile: npm install');
    await workspace.git('checkout', '--quiet', 'package.json');
  });

  describeWithEngine('with an engine', () => {
    it('is planned by the command line', async () => {
      const agent = await freshAgent('nx-alone');
      const { stdout } = await runCli(['plan', 'api', '--json'], { cwd: workspace.root, env: agent.env });
      expect(JSON.parse(stdout)).toMatchObject({ project: 'api', dockerfile: 'apps/api/Dockerfile' });
    });

    if (version === VERSIONS.at(-1)) {
      it('is built', async () => {
        const agent = await freshAgent('nx-alone');
        await workspace.mustNx(['run', 'api:docker-build'], agent.env);
        expect(workspace.receipt('api')).toMatchObject({ project: 'api', loaded: true });
      });
    }
  });
});

interface Shown {
  readonly targets: Readonly<Record<string, { readonly executor: string }>>;
}
