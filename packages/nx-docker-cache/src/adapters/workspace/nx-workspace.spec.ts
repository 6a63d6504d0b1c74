import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD_EXECUTOR, NxWorkspace } from './nx-workspace';

const NOTHING = { installReads: [], bins: [] };

describe('the builds of Nx', () => {
  it('are the targets of our executor, with the projects that have none', async () => {
    const options = { dockerfile: 'apps/api/Dockerfile' };
    const targets = { image: { executor: BUILD_EXECUTOR, options }, other: { executor: 'nx:noop' } };
    const workspace = new NxWorkspace('/none', {
      nodes: {
        api: { name: 'api', type: 'app', data: { root: 'apps/api', targets } },
        x: { name: 'x', type: 'lib', data: { root: 'libs/x' } },
      },
      dependencies: {},
    });
    expect(await workspace.builds()).toEqual([
      { name: 'api', root: 'apps/api', builds: [{ target: 'image', options }] },
      { name: 'x', root: 'libs/x', builds: [] },
    ]);
  });
});

describe('a second build of a project of Nx', () => {
  const publish = { executor: 'nx-docker-cache:publish', options: { tags: ['latest'] } };
  const targets = {
    'docker-build': { executor: BUILD_EXECUTOR, options: { image: 'a' } },
    'docker-build-debug': { executor: BUILD_EXECUTOR, options: { image: 'b' } },
    'docker-publish': publish,
    lint: { executor: 'nx:noop' },
  };
  const workspace = new NxWorkspace('/none', {
    nodes: {
      api: { name: 'api', type: 'app', data: { root: 'apps/api', targets } },
      x: { name: 'x', type: 'lib', data: { root: 'libs/x' } },
    },
    dependencies: {},
  });

  it('is the one that its target names; without one it is the first', async () => {
    expect((await workspace.project('api')).target).toBe('docker-build');
    const debug = { name: 'api', root: 'apps/api', target: 'docker-build-debug', options: { image: 'b' } };
    expect(await workspace.project('api', 'docker-build-debug')).toMatchObject(debug);
  });

  it('is looked for, with those that there are', async () => {
    await expect(workspace.project('api', 'docker-build-debgu')).rejects.toMatchObject({
      ...{ code: 'NO_TARGET', expected: 'one of docker-build, docker-build-debug' },
      hint: 'Did you mean api:docker-build-debug?',
    });
    await expect(workspace.project('api', 'lint')).rejects.toMatchObject({ found: '"lint"' });
    await expect(workspace.project('x', 'lint')).rejects.toMatchObject({ code: 'NO_TARGET', found: 'none' });
  });

  it('is published by the rules that are its own', async () => {
    expect(await workspace.publication('api')).toMatchObject({
      ...{ build: { target: 'docker-build' }, options: { tags: ['latest'] } },
    });
    expect(await workspace.publication('api', 'docker-build')).toMatchObject({
      options: { tags: ['latest'] },
    });
    const debug = await workspace.publication('api', 'docker-build-debug');
    expect(debug).toMatchObject({ build: { target: 'docker-build-debug', options: { image: 'b' } } });
    expect(debug.options).toEqual({});
  });
});

describe('the configurations of Nx', () => {
  const platforms = ['linux/amd64', 'linux/arm64'];
  const targets = {
    image: {
      executor: BUILD_EXECUTOR,
      options: { image: 'api', tasks: { lint: 'plain' }, platforms },
      configurations: {
        production: { image: 'api-prod', tasks: { lint: 'strict' } },
        arm64: { platforms: ['linux/arm64'] },
        iot: { platforms: ['linux/arm/v7'] },
      },
      defaultConfiguration: 'production',
    },
    test: {
      executor: 'nx-docker-cache:run',
      options: { command: 'test' },
      configurations: { arm64: { command: 'test --arm' } },
    },
    tag: {
      executor: 'nx-docker-cache:publish',
      options: { tags: ['dev'] },
      configurations: { arm64: { tags: ['arm'] } },
    },
    compile: {
      executor: 'x',
      options: { outputPath: 'dist/a' },
      configurations: { production: { outputPath: 'dist/b' } },
      defaultConfiguration: 'production',
    },
  };
  const open = (configuration?: string): NxWorkspace =>
    new NxWorkspace(
      '/none',
      { nodes: { api: { name: 'api', type: 'app', data: { root: 'api', targets } } }, dependencies: {} },
      () => configuration,
    );

  it('are in all that is said of a build: the default one', async () => {
    const options = { ...targets.image.options, ...targets.image.configurations.production };
    const builds = [{ target: 'image', options }];
    const workspace = open();
    expect(await workspace.builds()).toEqual([{ name: 'api', root: 'api', builds }]);
    expect(await workspace.project('api')).toMatchObject({ options, platforms });
    const { projects } = await workspace.survey();
    expect(projects).toMatchObject([{ builds, targets: { compile: { options: { outputPath: 'dist/b' } } } }]);
    expect(await workspace.publication('api')).toMatchObject({
      ...{ build: { options }, options: { tags: ['dev'] } },
      tasks: { test: { command: 'test' }, lint: { command: 'strict' } },
    });
  });

  it('are the one that is asked for; a name that a target does not have is its default one', async () => {
    const { image, ...arm } = { ...targets.image.options, platforms: ['linux/arm64'] };
    const workspace = open('arm64');
    expect((await workspace.builds())[0]!.builds).toEqual([{ target: 'image', options: { image, ...arm } }]);
    expect(await workspace.project('api')).toMatchObject({
      ...{ options: { platforms: ['linux/arm64'] }, platforms, tasks: { test: { command: 'test --arm' } } },
    });
    expect((await open('none').project('api')).options).toMatchObject({ image: 'api-prod' });
  });

  it('may ask for other platforms, which are another image', async () => {
    const { build } = await open('iot').publication('api');
    expect(build.options).toMatchObject({ image: 'api', platforms: ['linux/arm/v7'] });
  });

  it('may ask for some platforms of an image, which is published as a whole', async () => {
    expect(await open('arm64').publication('api')).toMatchObject({
      ...{ options: { tags: ['arm'] }, build: { options: { image: 'api', platforms } } },
      tasks: { test: { command: 'test --arm' }, lint: { command: 'plain' } },
    });
  });
});

describe('what projects of Nx need of each other', () => {
  const root = mkdtempSync(join(tmpdir(), 'nx-workspace-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it('is what the graph says, with every edge; scripts of an install are read from package.json', async () => {
    mkdirSync(join(root, 'libs/x'), { recursive: true });
    writeFileSync(
      join(root, 'libs/x/package.json'),
      JSON.stringify({ scripts: { postinstall: 'node a.js' } }),
    );
    const node = (name: string, folder: string) => ({ name, type: 'lib' as const, data: { root: folder } });
    const edge = (source: string, target: string, type: string) => ({ source, target, type });
    const workspace = new NxWorkspace(root, {
      nodes: { api: node('api', 'apps/api'), x: node('x', 'libs/x') },
      dependencies: { api: [edge('api', 'x', 'implicit'), edge('api', 'npm:express', 'static')], x: [] },
    });
    expect(await workspace.projectNodes()).toEqual([
      { name: 'api', root: 'apps/api', dependencies: ['x', 'npm:express'], runsAtInstall: false, ...NOTHING },
      { name: 'x', root: 'libs/x', dependencies: [], runsAtInstall: true, ...NOTHING },
    ]);
  });
});
