import { GraphWorkspace, project, type Files } from '../../test/graph/workspace';

const BUILD = { build: { executor: 'nx:run-commands', outputs: ['{projectRoot}/lib'] } };
const own = (...targets: readonly string[]): readonly unknown[] => targets;
const of = (name: string, target: string): unknown => ({ projects: [name], target });

type Case = readonly [string, string, Files, readonly unknown[] | undefined];

const CASES: readonly Case[] = [
  ['nothing for sources', 'COPY src src', {}, undefined],
  ['the own build, output in the project', 'COPY dist dist', {}, own('build')],
  ['the own build, output in the workspace', 'COPY dist/apps/a .', {}, own('build')],
  ['the own build, one file of its output', 'COPY --link dist/apps/a/main.js .', {}, own('build')],
  [
    'the build of another project',
    'COPY apps/a/src src\nCOPY dist/libs/b b',
    {},
    own(of('b', 'build') as string),
  ],
  [
    'the build of another project, output in its folder',
    'COPY apps/a/src src\nCOPY libs/b/dist b',
    {},
    own(of('b', 'build') as string),
  ],
  [
    'the target that says it writes that',
    'COPY apps/a/src src\nCOPY libs/b/lib b',
    { 'libs/b/project.json': project('b', BUILD) },
    own(of('b', 'build') as string),
  ],
  [
    'the target whose outputPath that is',
    'COPY out/web .',
    {
      'apps/a/project.json': project('a', {
        bundle: { executor: 'x:y', options: { outputPath: 'out/web' } },
        'docker-build': { options: { context: '.' } },
      }),
    },
    own('bundle'),
  ],
  [
    'no build for a folder of sources that is called so',
    'COPY build build\nCOPY src src',
    { 'apps/a/build/x.sh': '' },
    undefined,
  ],
  [
    'the build for a folder of that name that git ignores',
    'COPY build build\nCOPY src src',
    { 'apps/a/build/x.js': '', '.gitignore': '/apps/*/build/\n' },
    own('build'),
  ],
  [
    'the own base image',
    'FROM a-base:dev\nCOPY src src',
    { 'apps/a/Dockerfile.base': 'FROM busybox\n' },
    own('docker-build-base'),
  ],
  [
    'the base image of another project',
    'FROM base:local\nCOPY src src',
    { 'apps/base/project.json': project('base'), 'apps/base/Dockerfile': 'FROM busybox\n' },
    own(of('base', 'docker-build') as string),
  ],
  [
    'an image that is copied from',
    'COPY --from=base:dev /x /x\nCOPY src src',
    { 'apps/base/project.json': project('base'), 'apps/base/Dockerfile': 'FROM busybox\n' },
    own(of('base', 'docker-build') as string),
  ],
  [
    'a base image by its registry',
    'FROM ghcr.io/acme/base:1.2\nCOPY src src',
    {
      'apps/base/project.json': project('base', {
        'docker-build': { options: { registry: 'ghcr.io/acme' } },
      }),
      'apps/base/Dockerfile': 'FROM busybox\n',
    },
    own(of('base', 'docker-build') as string),
  ],
  [
    'a base image by its pinned digest',
    'FROM acme/base:1@sha256:' + 'a'.repeat(64) + '\nCOPY src src',
    { 'apps/base/project.json': project('@acme/base'), 'apps/base/Dockerfile': 'FROM busybox\n' },
    own(of('@acme/base', 'docker-build') as string),
  ],
  [
    'the base image of a stage that is built beside the target',
    'FROM base:dev AS test\nFROM busybox\nCOPY src src',
    {
      'apps/a/project.json': project('a', { 'docker-build': { options: { stages: ['test'] } } }),
      'apps/base/project.json': project('base'),
      'apps/base/Dockerfile': 'FROM busybox\n',
    },
    own(of('base', 'docker-build') as string),
  ],
  [
    'the image that a named build context puts in the place of a name',
    'FROM runtime\nCOPY src src',
    {
      'apps/a/project.json': project('a', {
        'docker-build': { options: { buildContexts: { runtime: 'docker-image://base:dev' } } },
      }),
      'apps/base/project.json': project('base'),
      'apps/base/Dockerfile': 'FROM busybox\n',
    },
    own(of('base', 'docker-build') as string),
  ],
  [
    "no image of a project that has a public one's name",
    'FROM node:20\nCOPY src src',
    { 'apps/node/project.json': project('node'), 'apps/node/Dockerfile': 'FROM node:20\n' },
    undefined,
  ],
  [
    "no stage that is called like a project's image",
    'FROM busybox AS base\nFROM base\nCOPY src src',
    { 'apps/base/project.json': project('base'), 'apps/base/Dockerfile': 'FROM busybox\n' },
    undefined,
  ],
];

describe('dependsOn', () => {
  let workspace: GraphWorkspace;
  beforeEach(() => (workspace = new GraphWorkspace()));
  afterEach(() => workspace.remove());

  it.each(CASES)('is %s', async (_, dockerfile, files, expected) => {
    workspace.write({
      'apps/a/project.json': project('a'),
      'apps/a/Dockerfile': `FROM busybox\n${dockerfile}\n`,
      'apps/a/src/index.txt': '',
      'libs/b/project.json': project('b'),
      ...files,
    });
    expect((await workspace.targets())['apps/a:docker-build']?.dependsOn).toEqual(expected);
  });

  it('goes with the digest of the base as an input, so that a change of the base is one of the image', async () => {
    workspace.write({
      'apps/a/project.json': project('a'),
      'apps/a/Dockerfile': 'FROM base:dev\n',
      'apps/base/project.json': project('base'),
      'apps/base/Dockerfile': 'FROM busybox\n',
    });
    expect((await workspace.targets())['apps/a:docker-build']?.inputs).toContainEqual({
      dependentTasksOutputFiles: '.nx-docker-cache/base/receipt.json',
    });
  });
});
