import { readFileSync, writeFileSync } from 'node:fs';
import { GraphWorkspace, project, type Files } from '../../test/graph/workspace';

const FROM = 'FROM busybox\n';

describe('createNodes', () => {
  let workspace: GraphWorkspace;
  let stderr: string;
  beforeEach(() => {
    workspace = new GraphWorkspace();
    stderr = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
  });
  afterEach(() => {
    workspace.remove();
    jest.restoreAllMocks();
  });

  it('asks compose files for a context that the Dockerfile does not tell', async () => {
    workspace.write({
      'apps/api/project.json': project('api'),
      'apps/api/Dockerfile': 'FROM node:20\nCOPY . .\n',
      'compose.yaml': 'services: { api: { build: { dockerfile: apps/api/Dockerfile } } }\n',
    });
    const asked = (await workspace.targets())['apps/api:docker-build'];
    expect(asked?.options).toMatchObject({ context: '.' });
    // Where it says otherwise, another context is built.
    expect(asked?.inputs).toContain('{workspaceRoot}/compose.yaml');
    workspace.write({ 'compose.yaml': 'services: { api: { build: gone } }\n' });
    expect((await workspace.targets())['apps/api:docker-build']?.options).not.toHaveProperty('context');
    workspace.write({ 'apps/compose.yml': 'services: { api: { build: api } }\n' });
    expect((await workspace.targets())['apps/api:docker-build']?.options).toMatchObject({
      context: 'apps/api',
    });
  });

  it('follows siblings where nothing else tells the context, and reads anew when they change', async () => {
    const FILES: Files = {
      ...{ 'apps/api/project.json': project('api'), 'apps/web/project.json': project('web') },
      'apps/api/Dockerfile': 'FROM node:20\nCOPY . .\nCOPY $X /x\n',
      'apps/web/Dockerfile': 'FROM node:20\nCOPY apps/web/src src\n',
      ...{ 'apps/web/src/main.js': '', 'apps/web/local': '' },
    };
    workspace.write(FILES);
    const asRoot = (await workspace.targets())['apps/api:docker-build']!;
    // The run names the siblings, so it has to settle the context itself.
    expect(asRoot.options).toEqual({ dockerfile: 'apps/api/Dockerfile' });
    expect(asRoot.inputs).toEqual(
      expect.arrayContaining(['{workspaceRoot}/.dockerignore', '{workspaceRoot}/apps/web/Dockerfile']),
    );
    workspace.write({ 'apps/web/Dockerfile': 'FROM node:20\nCOPY local /\n' });
    const asProject = (await workspace.targets())['apps/api:docker-build']!;
    expect(asProject.inputs).toContain('{projectRoot}/.dockerignore');
    workspace.write({ 'apps/web/Dockerfile': 'FROM node:20\nCOPY . .\n' });
    const alone = (await workspace.targets())['apps/api:docker-build']!;
    expect(alone.inputs).toContain('{projectRoot}/.dockerignore');
    expect(alone.inputs).not.toContain('{workspaceRoot}/apps/web/Dockerfile');
  });

  it('gives a project with a Dockerfile a target that builds it', async () => {
    workspace.write({
      'apps/api/project.json': project('api'),
      'apps/api/Dockerfile': 'FROM node:20\nCOPY src src\n',
      'apps/api/src/main.js': '',
    });
    expect(await workspace.nodes()).toEqual([
      [
        'apps/api/Dockerfile',
        {
          projects: {
            'apps/api': {
              root: 'apps/api',
              targets: {
                'docker-build': {
                  executor: 'nx-docker-cache:build',
                  options: { dockerfile: 'apps/api/Dockerfile', context: 'apps/api' },
                  cache: false,
                  continuous: false,
                  inputs: [
                    '{projectRoot}/Dockerfile',
                    '{projectRoot}/Dockerfile.dockerignore',
                    '{projectRoot}/.dockerignore',
                    '{projectRoot}/src/**/*',
                    { externalDependencies: [] },
                  ],
                  outputs: [
                    '{workspaceRoot}/.nx-docker-cache/api/receipt.json',
                    '{workspaceRoot}/.nx-docker-cache/api/stages',
                  ],
                  metadata: {
                    technologies: ['docker'],
                    description: expect.stringContaining('apps/api/Dockerfile'),
                  },
                },
              },
            },
          },
        },
      ],
    ]);
    expect(stderr).toBe('');
  });

  const FOUND: readonly (readonly [string, Files, readonly string[]])[] = [
    ['Containerfile', { 'a/Containerfile': FROM }, ['a:docker-build']],
    [
      'a Dockerfile with a name',
      { 'a/Dockerfile.web': FROM, 'a/all.Dockerfile': FROM, 'a/x.dockerfile': FROM },
      ['a:docker-build-all', 'a:docker-build-web', 'a:docker-build-x'],
    ],
    [
      'several of one project',
      { 'a/Dockerfile': FROM, 'a/Dockerfile.web': FROM },
      ['a:docker-build', 'a:docker-build-web'],
    ],
    ['a folder of the project', { 'a/docker/Dockerfile': FROM }, ['a:docker-build']],
    [
      'two of one name',
      { 'a/Dockerfile': FROM, 'a/tools/db/Dockerfile': FROM },
      ['a:docker-build', 'a:docker-build-tools-db'],
    ],
    [
      'what is about Dockerfiles',
      {
        'a/Dockerfile.md': FROM,
        'a/Dockerfile.dockerignore': '',
        'a/Dockerfile.tmpl': FROM,
        'a/dockerfile.ts': '',
        'a/Dockerfile.bak': FROM,
      },
      [],
    ],
    [
      "folders that build nobody's image",
      {
        'a/.devcontainer/Dockerfile': FROM,
        'a/src/templates/Dockerfile': FROM,
        'a/fixtures/x/Dockerfile': FROM,
        'a/dist/Dockerfile': FROM,
        'a/node_modules/x/Dockerfile': FROM,
      },
      [],
    ],
    [
      'a project that is called like one of these',
      { 'apps/templates/project.json': project('templates'), 'apps/templates/Dockerfile': FROM },
      ['apps/templates:docker-build'],
    ],
    ['a folder that is no project', { 'docker/db/Dockerfile': FROM }, []],
    [
      'a package.json that no workspace names',
      { 'b/package.json': '{"name":"b"}', 'b/Dockerfile': FROM },
      [],
    ],
    [
      'a package of npm workspaces',
      {
        'package.json': '{"workspaces":["libs/*","!libs/c"]}',
        'libs/b/package.json': '{"name":"b"}',
        'libs/b/Dockerfile': FROM,
        'libs/c/package.json': '{"name":"c"}',
        'libs/c/Dockerfile': FROM,
      },
      ['libs/b:docker-build'],
    ],
    [
      'a package of pnpm',
      {
        'pnpm-workspace.yaml': 'packages: # all\n  - "libs/**"\nonlyBuiltDependencies: [a]\n',
        'libs/x/b/package.json': '{"name":"b"}',
        'libs/x/b/Dockerfile': FROM,
      },
      ['libs/x/b:docker-build'],
    ],
    [
      'a root that is a project',
      { 'package.json': '{"name":"root","nx":{}}', Dockerfile: FROM },
      ['.:docker-build'],
    ],
    ['a root that is none', { 'package.json': '{"name":"root"}', Dockerfile: FROM }, []],
    [
      'a project.json of translations',
      { 'a/locales/project.json': '{"title":"Project","delete":"Delete"}', 'a/locales/Dockerfile': FROM },
      ['a:docker-build'],
    ],
    [
      'a project.json with comments',
      { 'c/project.json': '{ // it\n "name": "c", }', 'c/Dockerfile': FROM },
      ['c:docker-build'],
    ],
    [
      'a target of that name with another executor',
      {
        'c/project.json': project('c', { 'docker-build': { executor: 'nx:run-commands' } }),
        'c/Dockerfile': FROM,
      },
      [],
    ],
    [
      'a target that a project writes itself',
      {
        'c/project.json': project('c', {
          image: { executor: 'nx-docker-cache:build', options: { dockerfile: 'docker/Dockerfile' } },
        }),
        'docker/Dockerfile': FROM,
      },
      ['c:image'],
    ],
  ];

  it.each(FOUND)('looks at %s', async (_, files, expected) => {
    workspace.write({ 'a/project.json': project('a'), ...files });
    expect(Object.keys(await workspace.targets()).sort()).toEqual(expected);
    expect(stderr).toBe('');
  });

  it.each([
    ['include', { include: 'docker-*' }, ['a:docker-build-docker']],
    ['include by folder', { include: ['a/**/Dockerfile'] }, ['a:docker-build', 'a:docker-build-fixtures']],
    ['exclude', { exclude: ['**/Dockerfile.web'] }, ['a:docker-build']],
    ['targetName', { targetName: 'image' }, ['a:image', 'a:image-web']],
  ])('takes the option %s', async (_, options, expected) => {
    workspace.write({
      'a/project.json': project('a'),
      'a/Dockerfile': FROM,
      'a/Dockerfile.web': FROM,
      'a/fixtures/Dockerfile': FROM,
      'a/docker-containerfile': FROM,
    });
    expect(Object.keys(await workspace.targets(options)).sort()).toEqual(expected);
  });

  it('hands the options of the plugin to the build, names filled in as images need them', async () => {
    workspace.write({
      'a/project.json': project('@acme/Shop'),
      'a/Dockerfile': FROM,
      'a/Dockerfile.web': FROM,
    });
    const shared = {
      registry: 'ghcr.io/acme',
      cache: { repository: 'c/{projectName}' },
      platforms: ['linux/amd64'],
    };
    const targets = await workspace.targets(shared);
    expect(targets['a:docker-build']?.options).toEqual({
      dockerfile: 'a/Dockerfile',
      registry: 'ghcr.io/acme',
      cache: { repository: expect.stringMatching(/^c\/acme\/shop-[0-9a-f]{8}$/) },
      platforms: ['linux/amd64'],
    });
    expect(targets['a:docker-build-web']).toMatchObject({
      options: { image: expect.stringMatching(/^acme\/shop-[0-9a-f]{8}-web$/) },
      outputs: [
        '{workspaceRoot}/.nx-docker-cache/@acme/Shop/receipt.docker-build-web.json',
        '{workspaceRoot}/.nx-docker-cache/@acme/Shop/stages.docker-build-web',
      ],
    });
  });

  it('refuses options that there are not, with all that is wrong', async () => {
    await expect(workspace.nodes({ registri: 'x', targetName: 5 })).rejects.toThrow(
      /registri: unknown option; did you mean registry/,
    );
  });

  it('reads options beside the Dockerfile: context, stage, Dockerfile', async () => {
    workspace.write({
      'a/project.json': project('a', {
        'docker-build': { options: { context: '{projectRoot}/sub', target: 'one' } },
      }),
      'a/Dockerfile': 'FROM busybox AS one\nCOPY x .\nFROM one\nCOPY y .\n',
    });
    const target = (await workspace.targets())['a:docker-build'];
    expect(target?.options).toEqual({ dockerfile: 'a/Dockerfile' });
    expect(target?.inputs).toEqual(expect.arrayContaining(['{projectRoot}/sub/x']));
    expect(JSON.stringify(target?.inputs)).not.toContain('/y');
  });

  it('warns of a broken Dockerfile and keeps the target, whose run shows the error', async () => {
    workspace.write({
      'a/project.json': project('a'),
      'a/Dockerfile': 'FROM busybox\nCOPI a b\n',
      'b/project.json': project('b'),
      'b/Dockerfile': FROM,
    });
    const targets = await workspace.targets();
    expect(Object.keys(targets)).toEqual(['a:docker-build', 'b:docker-build']);
    expect(targets['a:docker-build']).toMatchObject({
      executor: 'nx-docker-cache:build',
      options: { dockerfile: 'a/Dockerfile' },
      metadata: { description: expect.stringContaining('line 2') },
    });
    expect(stderr).toContain('a/Dockerfile: DOCKERFILE_SYNTAX: Dockerfile line 2');
  });

  it.each([
    ['binary', 'FROM a\n\u0000\u0001\u0002'],
    ['empty', ''],
    ['an unknown stage', FROM],
    ['a bad ignore pattern', 'FROM busybox\nCOPY . .\n'],
  ])('survives a Dockerfile that is %s', async (kind, text) => {
    const written =
      kind === 'an unknown stage' ? { 'docker-build': { options: { target: 'nope' } } } : undefined;
    workspace.write({
      'a/project.json': project('a', written),
      'a/Dockerfile': text,
      'a/.dockerignore': '[a-\n',
    });
    expect(Object.keys(await workspace.targets())).toEqual(['a:docker-build']);
  });

  it('gives the same twice, whatever the order of the files', async () => {
    workspace.write({
      'b/project.json': project('b'),
      'b/Dockerfile': FROM,
      'a/project.json': project('a'),
      'a/Dockerfile': FROM,
    });
    const first = await workspace.nodes();
    expect(await workspace.nodes()).toEqual(first);
    expect(first.map(([file]) => file)).toEqual(['a/Dockerfile', 'b/Dockerfile']);
  });

  it('parses again what changed and nothing else', async () => {
    workspace.write({
      'a/project.json': project('a'),
      'a/Dockerfile': FROM,
      'b/project.json': project('b'),
      'b/Dockerfile': 'FROM alpine\nCOPY x .\n',
    });
    const before = await workspace.targets();
    const path = workspace.dataFile('files');
    // What is known is believed: with every summary changed, only a changed Dockerfile is read anew.
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('"x"', '"from-store"'));
    workspace.write({ 'a/Dockerfile': 'FROM alpine\n' });
    expect(JSON.stringify((await workspace.targets())['b:docker-build']?.inputs)).toContain('from-store');
    workspace.write({ 'b/Dockerfile': 'FROM alpine\nCOPY x  .\n' });
    expect(await workspace.targets()).toEqual(before);
    writeFileSync(path, 'no json');
    writeFileSync(workspace.dataFile('targets'), '{"targets": [');
    expect(await workspace.targets()).toEqual(before);
  });

  it('says how many it parsed where Nx is asked to say more', async () => {
    workspace.write({
      'a/project.json': project('a'),
      'a/Dockerfile': FROM,
      'a/Dockerfile.b': 'FROM alpine',
    });
    await workspace.targets();
    expect(stderr).toBe('');
    workspace.write({ 'a/Dockerfile': 'FROM alpine AS other\n' });
    process.env['NX_VERBOSE_LOGGING'] = 'true';
    try {
      await workspace.targets();
      await workspace.targets();
    } finally {
      delete process.env['NX_VERBOSE_LOGGING'];
    }
    expect(stderr).toBe('nx-docker-cache: 1 Dockerfiles parsed, 1 known\n');
  });
});
