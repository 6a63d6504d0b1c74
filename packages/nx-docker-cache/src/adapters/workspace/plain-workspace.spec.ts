import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlainWorkspace } from './plain-workspace';
import { findWorkspace } from './root';

const NOTHING = { installReads: [], bins: [] };

describe('a workspace without Nx', () => {
  let root: string;
  const write = (files: Record<string, string | object>): void => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
  };
  const open = (cwd = root): PlainWorkspace => new PlainWorkspace(root, cwd);
  /** Names of the projects that build an image. */
  const builtIn = async (): Promise<string[]> =>
    (await open().builds()).flatMap(({ name, builds }) => (builds.length > 0 ? [name] : []));

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'plain-workspace-')));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('has the packages of npm workspaces as projects', async () => {
    write({
      'package.json': { workspaces: ['apps/*', '!apps/skip'] },
      'apps/api/package.json': { name: '@acme/api' },
      'apps/api/Dockerfile': 'FROM scratch\n',
      'apps/web/package.json': {},
      'apps/web/Containerfile': 'FROM scratch\n',
      'apps/skip/package.json': { name: 'skip' },
    });
    expect(await open().project('@acme/api')).toEqual({
      name: '@acme/api',
      root: 'apps/api',
      target: 'docker-build',
      options: {},
    });
    expect(await open().project('web')).toMatchObject({ root: 'apps/web' });
    expect(await builtIn()).toEqual(['@acme/api', 'web']);
    await expect(open().project('skip')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT' });
  });

  it('has its root as a project where that is the only one or builds an image, by name too', async () => {
    write({ 'package.json': { name: 'shop' } });
    expect(await open().project('shop')).toMatchObject({ name: 'shop', root: '.' });
    write({
      'package.json': { name: 'shop', workspaces: ['apps/*'] },
      'apps/api/package.json': { name: 'api' },
    });
    await expect(open().project('shop')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT' });
    write({ Dockerfile: 'FROM scratch\n' });
    expect(await open().project('shop')).toMatchObject({ root: '.' });
    write({ 'apps/api/package.json': { name: 'shop' } });
    expect(await open().project('shop')).toMatchObject({ root: 'apps/api' });
  });

  it('refuses two packages that go by one name, and takes what the configuration calls them', async () => {
    write({
      'package.json': { workspaces: ['apps/*', 'services/*'] },
      ...{ 'apps/api/package.json': {}, 'services/api/package.json': {} },
      ...{ 'apps/api/Dockerfile': '', 'services/api/Dockerfile': '' },
    });
    const refused = { code: 'INVALID_CONFIG', found: 'apps/api and services/api' };
    await expect(open().survey()).rejects.toMatchObject(refused);
    await expect(open().project('api')).rejects.toMatchObject(refused);
    write({ 'nx-docker-cache.json': { projects: { 'api-service': { root: 'services/api/' } } } });
    expect(await builtIn()).toEqual(['api-service', 'api']);
    const { projects } = await open().survey();
    expect(projects.map(({ name, root }) => [name, root])).toEqual([
      ['api-service', 'services/api'],
      ['api', 'apps/api'],
    ]);
  });

  it('takes what a compiler writes beside its modules for no package', async () => {
    write({
      'pnpm-workspace.yaml': 'packages: ["packages/**"]\n',
      'packages/api/package.json': { name: 'api', dependencies: { types: 'link:../types' } },
      'packages/api/Dockerfile': '',
      'packages/api/dist/cjs/package.json': { type: 'commonjs' },
      'packages/lib/package.json': { name: 'lib' },
      'packages/lib/dist/cjs/package.json': { type: 'commonjs' },
      'packages/types/package.json': { types: 'index.d.ts', dependencies: { lib: 'workspace:*' } },
    });
    const { projects } = await open().survey();
    expect(projects.map(({ name, dependencies }) => [name, ...dependencies.map(({ to }) => to)])).toEqual([
      ['api', 'types'],
      ['lib'],
      ['types', 'lib'],
    ]);
  });

  it('refuses a folder that the configuration calls as a package elsewhere is called', async () => {
    write({
      'package.json': { workspaces: ['apps/*', 'services/*'] },
      ...{
        'apps/api/package.json': { name: 'api' },
        'apps/api/Dockerfile': '',
        'services/api/Dockerfile': '',
      },
      'nx-docker-cache.json': { projects: { api: { root: 'services/api' } } },
    });
    const refused = { code: 'INVALID_CONFIG', found: 'services/api and apps/api' };
    await expect(open().builds()).rejects.toMatchObject(refused);
    write({ 'nx-docker-cache.json': { projects: { api: { root: 'apps/api' } } } });
    expect(await builtIn()).toEqual(['api']);
  });

  it('has those of pnpm, and of the older form of yarn', async () => {
    write({ 'pnpm-workspace.yaml': 'packages:\n  - libs/*\n', 'libs/a/package.json': { name: 'a' } });
    expect(await open().project('a')).toMatchObject({ root: 'libs/a' });
    write({ 'package.json': { workspaces: { packages: ['old/*'] } }, 'old/b/package.json': { name: 'b' } });
    expect(await open().project('b')).toMatchObject({ root: 'old/b' });
  });

  it('has those that the configuration names, with its options over the defaults', async () => {
    write({
      'nx-docker-cache.json': {
        defaults: { registry: 'ghcr.io/acme', pull: true },
        projects: { api: { root: './services/api/', pull: false, target: 'prod' } },
      },
      'services/api/Dockerfile': '',
    });
    expect(await open().project('api')).toEqual({
      name: 'api',
      root: expect.stringMatching(/^services\/api\/?$/),
      target: 'docker-build',
      options: { registry: 'ghcr.io/acme', pull: false, target: 'prod' },
    });
  });

  it('takes a folder for a project, wherever one stands', async () => {
    write({ 'tools/probe/Dockerfile': '', 'services/x/package.json': { name: 'named' } });
    expect(await open().project('tools/probe')).toMatchObject({ name: 'probe', root: 'tools/probe' });
    expect(await open(join(root, 'tools')).project('./probe')).toMatchObject({ root: 'tools/probe' });
    expect(await open().project('services/x')).toMatchObject({ name: 'named' });
    await expect(open().project('..')).rejects.toMatchObject({ code: 'UNKNOWN_PROJECT' });
  });

  it('knows what packages need of each other, and what the root needs is needed by all', async () => {
    write({
      'package.json': { workspaces: ['libs/*'], devDependencies: { rules: '*' } },
      'libs/a/package.json': { name: 'a', devDependencies: { b: 'workspace:*' } },
      'libs/b/package.json': { name: 'b', version: '2.0.0', scripts: { prepare: 'node b.js', test: 'b' } },
      'libs/c/package.json': { name: 'c', dependencies: { b: '^1.0.0' } },
      'libs/rules/package.json': { name: 'rules' },
      'nx-docker-cache.json': { projects: { bare: { root: 'services/bare/' } } },
      'services/bare/Dockerfile': 'FROM scratch\n',
    });
    expect(
      [...(await open().projectNodes())].sort((left, right) => (left.name < right.name ? -1 : 1)),
    ).toEqual([
      { name: 'a', root: 'libs/a', dependencies: ['b', 'rules'], runsAtInstall: false, ...NOTHING },
      { name: 'b', root: 'libs/b', dependencies: ['rules'], runsAtInstall: true, ...NOTHING },
      // It takes a published one.
      { name: 'c', root: 'libs/c', dependencies: ['rules'], runsAtInstall: false, ...NOTHING },
      { name: 'rules', root: 'libs/rules', dependencies: ['rules'], runsAtInstall: false, ...NOTHING },
    ]);
  });

  it('says what was meant', async () => {
    write({ 'nx-docker-cache.json': { projects: { frontend: { root: 'f' } } }, 'f/Dockerfile': '' });
    await expect(open().project('fronted')).rejects.toMatchObject({
      code: 'UNKNOWN_PROJECT',
      hint: 'Did you mean frontend?',
    });
    await expect(open().project('frontend', 'other')).rejects.toMatchObject({ code: 'NO_TARGET' });
  });

  it('says where the configuration is wrong', async () => {
    write({
      'package.json': { workspaces: ['apps/*'] },
      'apps/api/package.json': { name: '@acme/api' },
      'nx-docker-cache.json': { projects: { '@acme/apii': { target: 'prod' } } },
    });
    const misspelled = { code: 'INVALID_CONFIG', hint: 'Did you mean @acme/api?' };
    await expect(open().project('@acme/api')).rejects.toMatchObject(misspelled);
    await expect(open().survey()).rejects.toMatchObject(misspelled);
    write({ 'nx-docker-cache.json': '{ "projects": ' });
    await expect(open().project('x')).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    write({ 'nx-docker-cache.json': { defaults: { registri: 'x' } } });
    await expect(open().project('x')).rejects.toMatchObject({
      code: 'INVALID_OPTIONS',
      found: expect.stringContaining('did you mean registry?'),
    });
  });

  describe('is surveyed', () => {
    it.each(['turbo.json', 'turbo.jsonc'])(
      'with what packages need, and what %s says they write',
      async (turbo) => {
        write({
          'package.json': { workspaces: ['apps/*', 'libs/*'] },
          'package-lock.json': {},
          [turbo]:
            '{ // comment\n "tasks": { "build": { "outputs": ["dist/**", "!dist/cache/**"] }, "shared#gen": { "outputs": ["$TURBO_ROOT$/gen/**"] } } }',
          'apps/api/package.json': {
            name: 'api',
            scripts: { build: 'tsc', start: 1 },
            dependencies: { shared: '*', 'not-here': '1' },
          },
          'apps/api/Containerfile': '',
          'libs/shared/package.json': { name: 'shared', scripts: { gen: 'x' } },
          [`libs/shared/${turbo}`]: { extends: ['//'], tasks: { other: {} } },
        });
        expect(await open().survey()).toEqual({
          tools: ['turborepo', 'npm'],
          projects: [
            {
              name: 'api',
              root: 'apps/api',
              packageName: 'api',
              targets: { build: { outputs: ['{projectRoot}/dist/**'], script: 'tsc' } },
              builds: [{ target: 'docker-build', options: {} }],
              dependencies: [{ to: 'shared', kind: 'runtime' }],
              dependenciesKnown: true,
            },
            {
              name: 'shared',
              root: 'libs/shared',
              packageName: 'shared',
              targets: { gen: { outputs: ['{workspaceRoot}/gen/**'], script: 'x' } },
              builds: [],
              dependencies: [],
              dependenciesKnown: true,
            },
          ],
        });
        expect(await open().builds()).toEqual([
          { name: 'api', root: 'apps/api', builds: [{ target: 'docker-build', options: {} }] },
          { name: 'shared', root: 'libs/shared', builds: [] },
        ]);
      },
    );

    it.each<[Record<string, string | object>, string[]]>([
      [{ '.npmrc': 'link-workspace-packages=true\n' }, ['b']],
      [{ 'pnpm-workspace.yaml': 'packages: [libs/*]\nlinkWorkspacePackages: true\n' }, ['b']],
      [{}, []],
      [{ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, []],
      [{ 'pnpm-lock.yaml': "lockfileVersion: '6.0'\n\nsettings:\n" }, ['b']],
      [{ 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n' }, ['b']],
      [{ 'package.json': { packageManager: 'pnpm@8.15.9+sha256.0' } }, ['b']],
      [{ 'package.json': { packageManager: 'pnpm@10.34.8' } }, []],
      [{ 'package.json': { packageManager: 'yarn@1.22.22' } }, []],
      [{ 'pnpm-lock.yaml': 'lockfileVersion: 5.4\n', '.npmrc': 'link-workspace-packages = false\n' }, []],
      [
        {
          'package.json': { packageManager: 'pnpm@8.15.9' },
          'pnpm-workspace.yaml': 'packages: [libs/*]\nlinkWorkspacePackages: false\n',
        },
        [],
      ],
    ])('with version ranges as pnpm takes them: %j', async (files, expected) => {
      write({
        'pnpm-workspace.yaml': 'packages: [libs/*]\n',
        'libs/a/package.json': { name: 'a', dependencies: { b: '^1.0.0' } },
        'libs/b/package.json': { name: 'b', version: '1.1.0' },
        ...files,
      });
      const { tools, projects } = await open().survey();
      expect(tools).toEqual(['pnpm']);
      expect(projects[0]?.dependencies.map(({ to }) => to)).toEqual(expected);
    });

    it('as one project where it is a single package, and as none where it is a folder', async () => {
      expect(await open().survey()).toEqual({ tools: [], projects: [] });
      write({ 'package.json': { name: 'one' }, 'docker/Dockerfile': '' });
      expect((await open().survey()).projects).toMatchObject([{ name: 'one', root: '.', builds: [] }]);
    });
  });

  it('reads files with a byte order mark', async () => {
    write({
      'pnpm-workspace.yaml': '\uFEFFpackages: [apps/*]\n',
      'package.json': '\uFEFF{"name":"shop"}',
      'apps/api/package.json': '\uFEFF{"name":"@acme/api"}',
      'nx-docker-cache.json': '\uFEFF{"projects":{"@acme/api":{"target":"prod"}}}',
    });
    expect(await open().project('@acme/api')).toMatchObject({
      root: 'apps/api',
      options: { target: 'prod' },
    });
    expect(await open().project('.')).toMatchObject({ name: 'shop' });
  });

  it('lives with manifests that are garbage', async () => {
    write({ 'package.json': { workspaces: ['a'] }, 'a/package.json': '{ no json', 'a/Dockerfile': '' });
    expect(await builtIn()).toEqual(['a']);
  });

  describe('is found', () => {
    it.each<[string, Record<string, string | object>, string, string, 'nx' | 'plain']>([
      ['by nx.json', { 'nx.json': {}, 'a/b/x': '' }, 'a/b', '.', 'nx'],
      ['by our configuration', { 'nx-docker-cache.json': {}, 'a/x': '' }, 'a', '.', 'plain'],
      ['by turbo.json', { 'turbo.json': {}, 'a/x': '' }, 'a', '.', 'plain'],
      ['by turbo.jsonc', { 'turbo.jsonc': '{ /* "extends": 1 */ }', 'a/x': '' }, 'a', '.', 'plain'],
      [
        "not by a package's turbo.jsonc",
        { 'turbo.jsonc': {}, 'a/turbo.jsonc': '{ "extends": ["//"], // the root\n }' },
        'a',
        '.',
        'plain',
      ],
      [
        "not by a package's turbo.json",
        { 'turbo.json': {}, 'a/turbo.json': { extends: ['//'] } },
        'a',
        '.',
        'plain',
      ],
      [
        'by the workspaces of a package manager',
        { 'package.json': { workspaces: [] }, 'a/package.json': {} },
        'a',
        '.',
        'plain',
      ],
      ['the nearest one', { 'nx.json': {}, 'a/nx-docker-cache.json': {}, 'a/b/x': '' }, 'a/b', 'a', 'plain'],
      [
        'by git where nothing else says it',
        { '.git/HEAD': '', 'a/b/package.json': '{ no json' },
        'a/b',
        '.',
        'plain',
      ],
      [
        'not over the clone of another repository',
        { 'package.json': { workspaces: ['apps/*'] }, 'vendor/tool/.git/HEAD': '', 'vendor/tool/src/x': '' },
        ...(['vendor/tool/src', 'vendor/tool', 'plain'] as const),
      ],
      [
        'over one that its patterns name',
        {
          'package.json': { workspaces: ['vendor/*'] },
          'vendor/tool/.git/HEAD': '',
          'vendor/tool/package.json': {},
        },
        ...(['vendor/tool', '.', 'plain'] as const),
      ],
      [
        'over one that its configuration names',
        {
          'nx-docker-cache.json': { projects: { tool: { root: './vendor/tool/' } } },
          'vendor/tool/.git/HEAD': '',
        },
        ...(['vendor/tool', '.', 'plain'] as const),
      ],
      [
        'over submodules and worktrees',
        { 'package.json': { workspaces: ['apps/*'] }, 'vendor/tool/.git': 'gitdir: elsewhere' },
        ...(['vendor/tool', '.', 'plain'] as const),
      ],
      [
        'with a repository of its own',
        { 'nx-docker-cache.json': {}, '.git/HEAD': '', 'a/x': '' },
        ...(['a', '.', 'plain'] as const),
      ],
      [
        'as Nx finds it, over clones too',
        { 'nx.json': {}, 'vendor/tool/.git/HEAD': '' },
        ...(['vendor/tool', '.', 'nx'] as const),
      ],
    ])('%s', (_, files, from, at, kind) => {
      write(files);
      expect(findWorkspace(join(root, from))).toEqual({ root: join(root, at), kind });
    });
  });
});
