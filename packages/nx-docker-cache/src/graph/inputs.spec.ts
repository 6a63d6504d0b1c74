import { GraphWorkspace, project, type Files } from '../../test/graph/workspace';

/** Written in the table, left out in what is compared: every build has them. */
const ALWAYS = { externalDependencies: [] };
const PLACES = ['{projectRoot}/Dockerfile', '{projectRoot}/Dockerfile.dockerignore'];

type Case = readonly [
  string,
  {
    readonly dockerfile: string;
    readonly ignore?: string;
    readonly options?: unknown;
    readonly files?: Files;
  },
  readonly unknown[],
];

const OF_PROJECT = [...PLACES, '{projectRoot}/.dockerignore'];
const OF_ROOT = [...PLACES, '{workspaceRoot}/.dockerignore'];

const CASES: readonly Case[] = [
  [
    'folders and files of the project, and nothing else of it',
    { dockerfile: 'COPY src src\nCOPY main.txt .', files: { 'apps/a/main.txt': '', 'apps/a/README.md': '' } },
    [...OF_PROJECT, '{projectRoot}/src/**/*', '{projectRoot}/main.txt'],
  ],
  [
    'all of the project',
    { dockerfile: 'COPY . .\nCOPY src src' },
    [...OF_PROJECT, '{projectRoot}/**/*', '{projectRoot}/src/**/*'],
  ],
  [
    'what the ignore file leaves',
    { dockerfile: 'COPY . .\nCOPY src src', ignore: 'vendor\n**/*.md\n!src/keep.md\ntmp/**\n# no\n' },
    [
      ...OF_PROJECT,
      '{projectRoot}/**/*',
      '{projectRoot}/src/**/*',
      '!{projectRoot}/vendor',
      '!{projectRoot}/vendor/**/*',
      '!{projectRoot}/tmp/**',
    ],
  ],
  [
    'patterns',
    { dockerfile: 'COPY package*.json *.txt src/* ./', files: { 'apps/a/package.json': '{}' } },
    [
      ...OF_PROJECT,
      '{projectRoot}/package*.json',
      '{projectRoot}/*.txt',
      '{projectRoot}/src/*',
      '{projectRoot}/src/*/**/*',
    ],
  ],
  [
    'the workspace root, other projects and root files',
    {
      dockerfile: 'COPY package.json ./\nCOPY apps/a/src src\nCOPY libs/b libs/b',
      files: { 'package.json': '{}', 'libs/b/x': '' },
    },
    [...OF_ROOT, '{workspaceRoot}/package.json', '{projectRoot}/src/**/*', '{workspaceRoot}/libs/b/**/*'],
  ],
  [
    'an allow-list',
    {
      dockerfile: 'COPY apps/a apps/a\nCOPY libs libs',
      options: { context: '.' },
      files: { '.dockerignore': '**\n!apps/a/src\n!libs/*/src\n**/*.spec.ts\n', 'libs/b/x': '' },
    },
    [
      ...OF_ROOT,
      '{projectRoot}/src/**/*',
      '{workspaceRoot}/libs/*/src',
      '{workspaceRoot}/libs/*/src/**/*',
      '!{projectRoot}/**/*.spec.ts',
      '!{workspaceRoot}/**/*.spec.ts',
    ],
  ],
  [
    'an ignore file beside the Dockerfile instead of the one of the context',
    {
      dockerfile: 'COPY . .\nCOPY src src',
      ignore: 'a',
      files: { 'apps/a/Dockerfile.dockerignore': 'src/x\n' },
    },
    [
      ...PLACES,
      '{projectRoot}/**/*',
      '{projectRoot}/src/**/*',
      '!{projectRoot}/src/x',
      '!{projectRoot}/src/x/**/*',
    ],
  ],
  [
    'the Dockerfile, ignored or not',
    { dockerfile: 'COPY . .\nCOPY src src', ignore: '**/Dockerfile*\n.dockerignore\n' },
    [
      '{workspaceRoot}/apps/a/Dockerfile',
      '{workspaceRoot}/apps/a/Dockerfile.dockerignore',
      '{workspaceRoot}/apps/a/.dockerignore',
      '{projectRoot}/**/*',
      '{projectRoot}/src/**/*',
      '!{projectRoot}/**/Dockerfile*',
      '!{projectRoot}/.dockerignore',
      '!{projectRoot}/.dockerignore/**/*',
    ],
  ],
  [
    'the workspace as a whole: the project, what it depends on, and manifests of the root',
    {
      dockerfile: 'COPY apps/a/src src\nCOPY . .',
      files: {
        'package.json': '{}',
        'pnpm-lock.yaml': '',
        'README.md': '',
        'patches/x.patch': '',
        '.dockerignore': '**/vendor\n',
      },
    },
    [
      ...OF_ROOT,
      '{projectRoot}/**/*',
      '{workspaceRoot}/package.json',
      '{workspaceRoot}/pnpm-lock.yaml',
      '{workspaceRoot}/patches/**/*',
      '{projectRoot}/src/**/*',
      '!{projectRoot}/**/vendor',
      '!{projectRoot}/**/vendor/**/*',
      '!{workspaceRoot}/**/vendor',
      '!{workspaceRoot}/**/vendor/**/*',
      '^default',
    ],
  ],
  [
    'bind mounts and ADD, and no URL, stage or heredoc',
    {
      dockerfile:
        'RUN --mount=type=bind,source=src/x,target=/x true\nADD src/y /y\nADD https://x.test/a /b\nCOPY <<E /c\nE\nFROM busybox\nCOPY --from=0 /x /y',
      files: { 'apps/a/src/x': '', 'apps/a/src/y': '' },
    },
    [...OF_PROJECT, '{projectRoot}/src/x', '{projectRoot}/src/y'],
  ],
  [
    'stages that the target reaches',
    {
      dockerfile: 'COPY src/one .\nFROM busybox AS two\nCOPY src/two .',
      options: { target: 'two' },
      files: { 'apps/a/src/two': '' },
    },
    [...OF_PROJECT, '{projectRoot}/src/two'],
  ],
  [
    'outputs of the build',
    { dockerfile: 'COPY dist/apps/a ./\nCOPY apps/a/src src' },
    [
      ...OF_ROOT,
      '{projectRoot}/src/**/*',
      { dependentTasksOutputFiles: 'dist/apps/a' },
      { dependentTasksOutputFiles: 'dist/apps/a/**/*' },
    ],
  ],
  [
    'a file among the outputs',
    { dockerfile: 'COPY dist/main.js ./' },
    [...OF_PROJECT, { dependentTasksOutputFiles: 'apps/a/dist/main.js' }],
  ],
  [
    'the environment of build args that have an effect',
    {
      dockerfile: 'ARG USED\nCOPY src src',
      options: { buildArgs: { USED: '{env.ONE}-{env.TWO}', UNUSED: '{env.THREE}', PLAIN: 'x' } },
    },
    [...OF_PROJECT, '{projectRoot}/src/**/*', { env: 'ONE' }, { env: 'TWO' }],
  ],
  [
    'named contexts and files of secrets',
    {
      dockerfile: 'COPY --from=shared x .\nCOPY src src',
      options: {
        buildContexts: { shared: 'libs/b', other: 'docker-image://alpine' },
        secrets: ['id=npmrc,src=.npmrc', { id: 'x', src: 'x.txt' }],
      },
      files: { 'libs/b/x': '' },
    },
    [
      '{projectRoot}/Dockerfile',
      '{projectRoot}/Dockerfile.dockerignore',
      '{projectRoot}/.dockerignore',
      '{workspaceRoot}/.npmrc',
      '{workspaceRoot}/x.txt',
      '{projectRoot}/src/**/*',
      '{workspaceRoot}/libs/b/**/*',
    ],
  ],
  [
    '--exclude where nothing else reads the same',
    { dockerfile: 'COPY --exclude=*.md src src' },
    [...OF_PROJECT, '{projectRoot}/src/**/*', '!{projectRoot}/src/*.md'],
  ],
  [
    '--exclude not where it would hide what another instruction reads',
    { dockerfile: 'COPY --exclude=*.md src src\nCOPY src/a.md .', files: { 'apps/a/src/a.md': '' } },
    [...OF_PROJECT, '{projectRoot}/src/**/*', '{projectRoot}/src/a.md'],
  ],
  [
    'all of the context where a path cannot be known',
    { dockerfile: 'ARG WHAT\nCOPY src src\nCOPY $WHAT .' },
    [...OF_PROJECT, '{projectRoot}/src/**/*', '{projectRoot}/**/*'],
  ],
  [
    'the folder of the project by the workspace where another project lies in it',
    { dockerfile: 'COPY src src', files: { 'apps/a/e2e/project.json': project('a-e2e') } },
    [
      '{workspaceRoot}/apps/a/Dockerfile',
      '{workspaceRoot}/apps/a/Dockerfile.dockerignore',
      '{workspaceRoot}/apps/a/.dockerignore',
      '{workspaceRoot}/apps/a/src/**/*',
    ],
  ],
];

describe('inputs', () => {
  let workspace: GraphWorkspace;
  beforeEach(() => (workspace = new GraphWorkspace()));
  afterEach(() => workspace.remove());

  it.each(CASES)('are %s', async (_, { dockerfile, ignore, options, files }, expected) => {
    workspace.write({
      'apps/a/project.json': project(
        'a',
        options === undefined ? undefined : { 'docker-build': { options } },
      ),
      'apps/a/Dockerfile': `FROM busybox\n${dockerfile}\n`,
      'apps/a/src/index.txt': '',
      ...(ignore === undefined ? {} : { 'apps/a/.dockerignore': ignore }),
      ...files,
    });
    const target = (await workspace.targets())['apps/a:docker-build'];
    expect(target?.inputs).toEqual([...expected, ALWAYS]);
  });

  it('name what a dependency is made of as the workspace does', async () => {
    workspace.nxJson = { namedInputs: { production: ['default'] } };
    workspace.write({
      'apps/a/project.json': project('a', { 'docker-build': { options: { context: '.' } } }),
      'apps/a/Dockerfile': 'FROM busybox\nCOPY . .\n',
    });
    expect((await workspace.targets())['apps/a:docker-build']?.inputs).toContain('^production');
  });
});
