/** What `init` writes and `matrix` says, judged by turbo itself: several versions of it, by what they would run. */
import { runCli } from './support/cli';
import { dryRun, turboWorkspace } from './support/turbo';
import type { Workspace } from './support/workspace';

const cli = async (root: string, ...args: string[]): Promise<string> => {
  const { stdout, stderr, exitCode } = await runCli(args, { cwd: root, env: { VERSION: '1' } });
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}\n${stderr}`);
  return stdout;
};
const init = (root: string): Promise<string> => cli(root, 'init', '--registry', 'registry.test/acme');
const shardsOf = async (root: string, count: string): Promise<string[]> => {
  const matrix = await cli(root, 'matrix', '--shards', count, '--github');
  return (JSON.parse(matrix) as { include: { folders: string }[] }).include.map(({ folders }) => folders);
};

const ECHO = { build: 'echo build', test: 'echo test' };
const packageOf = (name: string | undefined, scripts: Readonly<Record<string, string>> = ECHO): string =>
  JSON.stringify({ name, version: '1.0.0', private: true, scripts });
const GATE = { cache: false, dependsOn: ['test'], env: ['FOO'], passThroughEnv: ['MINE'] };
const TASKS = { build: { outputs: ['dist/**'] }, test: {}, 'docker-build': GATE };

describe.each([
  ['2.11.11', true],
  ['2.6.3', true],
  ['2.4.4', false],
])('turbo %s', (version, hasRootInputs) => {
  let workspace: Workspace;
  let notes: string;
  beforeAll(async () => {
    const tasks = { unit: { stage: 'tested', command: 'true', env: { WORD: null } } };
    const options = { buildArgs: { V: '{env.VERSION}' }, secrets: ['id=npm,env=NPM_TOKEN'], tasks };
    workspace = await turboWorkspace(
      version,
      { tasks: TASKS },
      {
        'settings.json': '{}',
        ...{ 'apps/api/package.json': packageOf('@acme/api'), 'apps/api/.gitignore': 'dist\n' },
        'apps/api/Dockerfile':
          'FROM base AS tested\nARG V\nCOPY settings.json apps/api/dist /app/\nRUN --mount=type=secret,id=npm true\n',
        ...{ 'apps/base/package.json': packageOf('@acme/base'), 'apps/base/Dockerfile': 'FROM scratch\n' },
      },
      { '@acme/api': { context: '.', ...options }, base: { root: 'apps/base' } },
    );
    notes = await init(workspace.root);
  });

  it('runs what init has written, behind the gate that the root has', async () => {
    const { '@acme/api#docker-build': api } = await dryRun(workspace.root);
    expect([...api!.dependencies].sort()).toEqual([
      ...['@acme/api#build', '@acme/api#test', '@acme/base#docker-build'],
    ]);
    const { env, passThroughEnv } = api!.resolvedTaskDefinition;
    expect([...env].sort()).toEqual(['FOO', 'VERSION']);
    expect([...passThroughEnv!].sort()).toEqual(['MINE', 'NPM_TOKEN']);
    expect('../../settings.json' in api!.inputs).toBe(hasRootInputs);
    expect(/no inputs are written for apps\/api/.test(notes)).toBe(!hasRootInputs);
  });

  it('lets a stage task and publishing see what the build sees, so that they find it', async () => {
    const run = await dryRun(workspace.root, 'docker-unit', 'docker-publish');
    for (const task of ['docker-unit', 'docker-publish']) {
      const { passThroughEnv } = run[`@acme/api#${task}`]!.resolvedTaskDefinition;
      expect(passThroughEnv).toEqual(expect.arrayContaining(['CI', 'NPM_TOKEN', 'VERSION', 'WORD']));
    }
  });

  it('is told of the flag if it knows that', async () => {
    const [, flag] = /set ("futureFlags": \{[^}]*\})/.exec(notes) ?? [];
    expect(flag !== undefined).toBe(version === '2.11.11');
    const path = 'turbo.json';
    const before = workspace.read(path);
    workspace.write({
      [path]: before.replace('{', `{ ${flag ?? '"futureFlags": { "affectedUsingTaskInputs": true }'},`),
    });
    const answer = dryRun(workspace.root);
    if (flag === undefined) await expect(answer).rejects.toThrow(/parse/);
    else expect(Object.keys(await answer)).toContain('@acme/api#docker-build');
    workspace.write({ [path]: before });
  });
});

describe('turbo 2.11.11 in a workspace', () => {
  const VERSION = '2.11.11';
  const DOCKERFILE = 'FROM scratch\nCOPY package.json /\n';
  const make = (
    files: Readonly<Record<string, string>>,
    scripts: Readonly<Record<string, string>> = {},
  ): Promise<Workspace> =>
    turboWorkspace(VERSION, { tasks: { 'docker-build': { cache: false } } }, files, {}, scripts);
  const API = { 'apps/api/package.json': packageOf('@acme/api'), 'apps/api/Dockerfile': DOCKERFILE };
  const WEB = { 'apps/web/package.json': packageOf('@acme/web'), 'apps/web/Dockerfile': DOCKERFILE };

  it('asks for an image that copies the whole workspace, whatever of it changed, once it goes by inputs', async () => {
    const config = { '@acme/api': { context: '.' } };
    const futureFlags = { affectedUsingTaskInputs: true };
    const files = {
      ...{ ...API, ...WEB, 'apps/api/Dockerfile': 'FROM scratch\nCOPY . /\n', 'scripts/gen.mjs': '' },
      '.dockerignore': 'node_modules\n',
    };
    const workspace = await turboWorkspace(VERSION, { futureFlags, tasks: { test: {} } }, files, config);
    await init(workspace.root);
    await workspace.commit();
    expect(await dryRun(workspace.root, '--affected')).toEqual({});
    workspace.write({ 'scripts/gen.mjs': '1' });
    expect(Object.keys(await dryRun(workspace.root, '--affected'))).toEqual(['@acme/api#docker-build']);
    workspace.write({ 'scripts/gen.mjs': '', 'apps/web/page.html': '1' });
    const both = ['@acme/api#docker-build', '@acme/web#docker-build'];
    expect(Object.keys(await dryRun(workspace.root, '--affected')).sort()).toEqual(both);
  });

  it('leaves out a package without a name, as init and matrix say until it has one', async () => {
    const files = { 'apps/new/package.json': packageOf(undefined), 'apps/new/Dockerfile': DOCKERFILE };
    const workspace = await make({ ...API, ...files });
    const { root } = workspace;
    expect(await init(root)).toContain('apps/new/package.json: give it a name');
    expect(await dryRun(root, '--filter=./apps/new')).toEqual({});
    await expect(shardsOf(root, '1')).rejects.toThrow(
      /NO_TARGET[^]*new \(apps\/new, no package with a name\)/,
    );
    const manifest = JSON.parse(workspace.read('apps/new/package.json')) as object;
    workspace.write({ 'apps/new/package.json': JSON.stringify({ ...manifest, name: '@acme/new' }) });
    expect(await shardsOf(root, '1')).toEqual(['apps/api apps/new']);
    expect(Object.keys(await dryRun(root, '--filter=./apps/new'))).toEqual(['@acme/new#docker-build']);
  });

  it('runs all the same where a script of the root runs it, beside a Dockerfile of the root', async () => {
    const script = 'turbo run docker-build';
    const workspace = await make({ ...API, Dockerfile: DOCKERFILE }, { 'docker-build': script });
    expect(await init(workspace.root)).toContain(`the script docker-build is "${script}"`);
    expect(Object.keys(await dryRun(workspace.root))).toEqual(['@acme/api#docker-build']);
    await expect(shardsOf(workspace.root, '1')).rejects.toThrow(/NO_TARGET[^]*acme \(\.\)/);
    const tasks = { 'docker-build': { cache: false }, '//#docker-build': { cache: false } };
    workspace.write({ 'turbo.json': JSON.stringify({ tasks }) });
    await expect(dryRun(workspace.root)).rejects.toThrow(/recursive_turbo_invocations/);
    await expect(shardsOf(workspace.root, '1')).rejects.toThrow(/runs turbo itself, and so on in circles/);
  });

  it('waits as the file of another package says, and both images are one agent’s', async () => {
    const build = (dependsOn: readonly string[], ...others: string[]): string =>
      JSON.stringify({ extends: ['//', ...others], tasks: { 'docker-build': { dependsOn } } });
    const files = { ...API, ...WEB, 'libs/cfg/package.json': packageOf('@acme/cfg') };
    const workspace = await make(files);
    await init(workspace.root);
    expect(await shardsOf(workspace.root, '2')).toHaveLength(2);
    workspace.write({
      'libs/cfg/turbo.json': build(['@acme/web#docker-build']),
      'apps/api/turbo.json': JSON.stringify({ extends: ['//', '@acme/cfg'] }),
    });
    const { '@acme/api#docker-build': api } = await dryRun(workspace.root);
    expect(api!.dependencies).toEqual(['@acme/web#docker-build']);
    expect(await shardsOf(workspace.root, '2')).toEqual(['apps/web apps/api']);
  });
});
