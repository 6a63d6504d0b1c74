/** Publishing as tasks of Nx: after what has to pass before it, and with the version that `nx release` decides. */
import { describeWithEngine, freshAgent, startRegistry, type Agent } from './support/engine';
import { NxWorkspace } from './support/nx-workspace';
import { RegistryView } from './support/registry';

const VERSION = '23.2.1';
const TESTED = ['docker-build', 'docker-test', 'docker-smoke'];
const COUNT_TESTS = 'echo run >> ../../tests.log && test ! -f ../../broken';

describeWithEngine(`publishing with Nx ${VERSION}`, () => {
  let host: string;
  let view: RegistryView;
  let agent: Agent;
  let workspace: NxWorkspace;
  const env = () => ({ ...agent.env, CI: 'true' });

  beforeAll(async () => {
    ({ host } = await startRegistry('publish-nx'));
    view = new RegistryView(host);
    agent = await freshAgent('publish-nx');
    workspace = await NxWorkspace.make({
      version: VERSION,
      nxJson: {
        release: {
          projects: ['api'],
          git: { commit: true, tag: true, push: false },
          changelog: { workspaceChangelog: false, projectChangelogs: false },
        },
      },
      files: {
        'apps/api/package.json': JSON.stringify({ name: 'api', version: '0.1.0', private: true }),
        'apps/api/project.json': JSON.stringify({
          name: 'api',
          targets: {
            'check-image': { command: COUNT_TESTS, options: { cwd: 'apps/api' }, cache: false },
            'docker-build': {
              options: {
                stage: 'app',
                tasks: { test: 'test -f /package.json', smoke: { command: 'true', record: false } },
              },
            },
            'docker-publish': { dependsOn: [...TESTED, 'check-image'] },
            // As the guide has it.
            'nx-release-publish': { executor: 'nx-docker-cache:publish', dependsOn: TESTED },
          },
        }),
        'apps/site/package.json': JSON.stringify({ name: 'site', private: true }),
        'apps/site/project.json': JSON.stringify({
          name: 'site',
          targets: {
            'docker-build': {
              options: { platforms: ['linux/amd64', 'linux/arm64'] },
              configurations: { arm64: { platforms: ['linux/arm64'] } },
            },
          },
        }),
        'apps/site/Dockerfile': 'FROM scratch\nARG TARGETARCH\nCOPY apps/site/dist/$TARGETARCH /\n',
        'apps/site/dist/amd64/main': 'amd64\n',
        'apps/site/dist/arm64/main': 'arm64\n',
        'apps/api/Dockerfile': 'FROM busybox AS app\nCOPY apps/api/package.json /package.json\n',
        '.gitignore': 'node_modules\n.nx\n.nx-docker-cache\ntests.log\nbroken\n',
      },
    });
    await workspace.addPlugin();
    await workspace.npm('install', '--save-dev', `@nx/js@${VERSION}`);
    await workspace.mustNx(['g', 'nx-docker-cache:init', `--registry=${host}/acme`, '--no-interactive']);
    await workspace.commit();
  }, 300_000);

  const tags = async (): Promise<string[]> =>
    (await view.tags('acme/api')).filter((tag) => !/^(cache|key|task|times)-/.test(tag));
  const short = async (): Promise<string> => (await workspace.git('rev-parse', 'HEAD')).slice(0, 7);

  it('is a target beside the build', async () => {
    const { targets } = await workspace.json<{ targets: Record<string, unknown> }>('show', 'project', 'api');
    expect(targets['docker-publish']).toMatchObject({
      ...{ executor: 'nx-docker-cache:publish', options: { build: 'docker-build' }, cache: false },
      dependsOn: [...TESTED, 'check-image'],
    });
  });

  it('gives no tag where a task before it fails', async () => {
    workspace.write({ broken: '' });
    const { exitCode, stdout } = await workspace.nx(['run', 'api:docker-publish'], env());
    expect(exitCode).not.toBe(0);
    expect(stdout).toContain('check-image');
    expect(workspace.read('tests.log')).toBe('run\n');
    // What the build itself leaves, under the commit's name.
    expect(await tags()).toEqual([await short()]);
    workspace.remove('broken');
  });

  it('gives them once all have passed', async () => {
    await workspace.mustNx(['run', 'api:docker-publish'], env());
    expect(await tags()).toEqual([await short(), 'latest', 'main'].sort());
    expect((await view.manifest('acme/api', 'latest'))?.digest).toBe(workspace.receipt('api').digest);
  });

  it('takes a dry run from the command line', async () => {
    const before = await view.snapshot('acme/api');
    const shown = await workspace.nx(
      ['run', 'api:docker-publish', '--dryRun', '--tags=type=sha,format=long'],
      env(),
    );
    expect(shown).toMatchObject({ exitCode: 0 });
    expect(shown.stdout + shown.stderr).toMatch(/1 to publish · 0 unchanged \(dry run\)/);
    expect(await view.snapshot('acme/api')).toEqual(before);
  });

  it('publishes the version that nx release decides', async () => {
    const before = await view.snapshot('acme/api');
    await workspace.mustNx(['release', '0.2.0', '--yes', '--dry-run'], env());
    expect(await view.snapshot('acme/api')).toEqual(before);
    await workspace.mustNx(['release', '0.2.0', '--yes'], env());
    expect(JSON.parse(workspace.read('apps/api/package.json'))).toMatchObject({ version: '0.2.0' });
    const { digest, commit } = workspace.receipt('api');
    expect(commit).toBe(await workspace.git('rev-parse', 'HEAD'));
    expect(await view.snapshot('acme/api')).toMatchObject({ '0.2.0': digest, latest: digest });
  });

  it('publishes it again without a change, with the version in package.json', async () => {
    const before = await view.snapshot('acme/api');
    const output = await workspace.nx(['release', 'publish'], env());
    expect(output).toMatchObject({ exitCode: 0 });
    expect(output.stdout + output.stderr).toMatch(/unchanged +\S+\/acme\/api:0\.2\.0/);
    expect(await view.snapshot('acme/api')).toEqual(before);
  });

  it('does not publish the same version as another image', async () => {
    const old = (await view.manifest('acme/api', '0.2.0'))!.digest;
    const json = JSON.parse(workspace.read('apps/api/package.json')) as object;
    workspace.write({ 'apps/api/package.json': JSON.stringify({ ...json, description: 'another image' }) });
    await workspace.commit();
    const { exitCode, stdout, stderr } = await workspace.nx(['release', 'publish'], env());
    expect(exitCode).not.toBe(0);
    expect(stdout + stderr).toMatch(
      /TAG_IMMUTABLE: \S+\/acme\/api:0\.2\.0 was published before, as another image/,
    );
    expect((await view.manifest('acme/api', '0.2.0'))!.digest).toBe(old);
  });

  it('releases nothing whose tests nobody has run, where Nx leaves dependencies out', async () => {
    const json = JSON.parse(workspace.read('apps/api/package.json')) as object;
    workspace.write({ 'apps/api/package.json': JSON.stringify({ ...json, version: '0.3.0' }) });
    await workspace.commit();
    const release = async (...args: string[]) => {
      const { exitCode, stdout, stderr } = await workspace.nx(['release', 'publish', ...args], env());
      return { exitCode, text: stdout + stderr };
    };
    await workspace.mustNx(['run', 'api:docker-build'], env());
    const { digest } = workspace.receipt('api');
    const untested = await release('--projects=api');
    expect(untested.exitCode).not.toBe(0);
    expect(untested.text).toMatch(/TASK_UNPROVEN: docker-smoke, docker-test of api are not known/);
    await workspace.mustNx(['run-many', '-t', 'docker-test', 'docker-smoke'], env());
    // A record says that one has passed; of the other one nobody can tell.
    const half = await release('--projects=api');
    expect(half.exitCode).not.toBe(0);
    expect(half.text).toMatch(/TASK_UNPROVEN: docker-smoke of api is not known/);
    expect(await view.snapshot('acme/api')).not.toHaveProperty(['0.3.0']);
    // What Nx has run itself before it needs no record.
    expect(await release()).toMatchObject({ exitCode: 0 });
    expect(await view.snapshot('acme/api')).toMatchObject({ '0.3.0': digest, latest: digest });
  });

  it('makes one image of the platforms that other agents were asked for', async () => {
    const image = 'acme/site';
    for (const asked of [['--platforms=linux/amd64'], ['--configuration=arm64']]) {
      await workspace.mustNx(['run', 'site:docker-build', ...asked], env());
      expect(workspace.receipt('site').platforms).toHaveLength(1);
      expect(await view.tags(image)).not.toContain(await short());
    }
    // It depends on the build of all platforms, which are both there.
    await workspace.mustNx(['run', 'site:docker-publish'], env());
    const { status, digest, platforms } = workspace.receipt('site');
    expect([status, platforms]).toEqual(['skipped', ['linux/amd64', 'linux/arm64']]);
    const manifest = await view.manifest(image, 'latest');
    expect(manifest?.digest).toBe(digest);
    expect((JSON.parse(manifest!.body) as { manifests: unknown[] }).manifests).toHaveLength(2);
  });
});
