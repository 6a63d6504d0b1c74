import type { TargetConfiguration } from '@nx/devkit';
import { GraphWorkspace, project } from '../../test/graph/workspace';

const DOCKERFILE = `FROM busybox AS builder
COPY src src
FROM builder AS checks
COPY checks checks
FROM busybox
COPY --from=builder /src /
`;
const FILES = {
  'apps/api/Dockerfile': DOCKERFILE,
  'apps/api/src/main.js': '',
  'apps/api/checks/a.sh': '',
};

async function targetsOf(
  own: Record<string, unknown> | undefined,
  plugin: unknown = {},
  files: Readonly<Record<string, string>> = {},
): Promise<Record<string, TargetConfiguration>> {
  const targets = own === undefined ? {} : { 'docker-build': { options: own } };
  const workspace = new GraphWorkspace({
    ...FILES,
    ...files,
    'apps/api/project.json': project('api', targets),
  });
  try {
    return await workspace.targets(plugin);
  } finally {
    workspace.remove();
  }
}

const KEY = { dependentTasksOutputFiles: '.nx-docker-cache/api/stages/builder.key' };
/** What the stage reads, for a run without the build. */
const SOURCES = [
  ...['{projectRoot}/Dockerfile', '{projectRoot}/Dockerfile.dockerignore', '{projectRoot}/.dockerignore'],
  ...['{projectRoot}/src/**/*', { externalDependencies: [] }],
];

describe('stage tasks', () => {
  it('of the plugin’s options become targets after the build, which makes their stages', async () => {
    const tasks = { test: 'npm test', lint: { command: ['npm', 'run', 'lint'], outputs: ['reports'] } };
    const targets = await targetsOf(undefined, { projects: { api: { stage: 'builder', tasks } } });
    expect(Object.keys(targets)).toEqual([
      'apps/api:docker-build',
      'apps/api:docker-test',
      'apps/api:docker-lint',
    ]);
    expect(targets['apps/api:docker-build']!.options).toMatchObject({ stages: ['builder'] });
    expect(targets['apps/api:docker-build']!.options).not.toHaveProperty('projects');
    expect(targets['apps/api:docker-test']).toEqual({
      executor: 'nx-docker-cache:run',
      options: { stage: 'builder', buildTarget: 'docker-build', command: 'npm test' },
      dependsOn: ['docker-build'],
      cache: true,
      continuous: false,
      inputs: [KEY, ...SOURCES],
      metadata: { technologies: ['docker'], description: expect.stringContaining('stage builder') },
    });
    expect(targets['apps/api:docker-lint']!.outputs).toEqual(['{workspaceRoot}/apps/api/reports']);
  });

  it('come before the image gets a public tag', async () => {
    const projects = { api: { stage: 'builder', tasks: { test: 'x', lint: 'y' } } };
    const targets = await targetsOf(undefined, { registry: 'ghcr.io/acme', projects });
    expect(targets['apps/api:docker-publish']!.dependsOn).toEqual([
      ...['docker-build', 'docker-lint', 'docker-test'],
    ]);
  });

  it('of the build target’s options do too, and win', async () => {
    const own = { stage: 'builder', tasks: { test: 'mine', more: { command: 'x', stage: 'checks' } } };
    const targets = await targetsOf(own, {
      projects: { api: { stage: 'builder', tasks: { test: 'theirs' } } },
    });
    expect(targets['apps/api:docker-test']!.options).toMatchObject({ command: 'mine' });
    expect(targets['apps/api:docker-more']!.options).toEqual({
      ...{ stage: 'checks', buildTarget: 'docker-build', command: 'x' },
    });
    expect(targets['apps/api:docker-build']!.options).toMatchObject({ stages: ['builder', 'checks'] });
  });

  it('let the build read what their stages read', async () => {
    const without = await targetsOf(undefined);
    expect(JSON.stringify(without['apps/api:docker-build']!.inputs)).not.toContain('checks');
    const targets = await targetsOf({ tasks: { test: { command: 'x', stage: 'checks' } } });
    expect(targets['apps/api:docker-build']!.inputs).toContain('{projectRoot}/checks/**/*');
  });

  it('read themselves what their stage reads and no other, for runs that leave the build out', async () => {
    const own = { tasks: { a: { command: 'x', stage: 'builder' }, b: { command: 'x', stage: 'checks' } } };
    const targets = await targetsOf(own);
    const inputsOf = (name: string): string => JSON.stringify(targets[`apps/api:docker-${name}`]!.inputs);
    expect(inputsOf('a')).not.toContain('checks/');
    expect(inputsOf('b')).toContain('"{projectRoot}/checks/**/*"');
  });

  it('read what outputs and images of others are made of', async () => {
    const files = {
      'apps/base/project.json': project('base'),
      'apps/base/Dockerfile': 'FROM busybox\nCOPY a /a\n',
      'apps/api/Dockerfile':
        'FROM base:dev AS builder\nCOPY src /src\nFROM busybox AS checks\nCOPY dist /dist\n',
    };
    const own = { tasks: { a: { command: 'x', stage: 'builder' }, b: { command: 'x', stage: 'checks' } } };
    const targets = await targetsOf(own, {}, files);
    const named = (name: string): unknown[] =>
      targets[`apps/api:docker-${name}`]!.inputs!.filter(
        (input) => input === 'default' || input === '^default',
      );
    expect(named('a')).toEqual(['^default']);
    expect(named('b')).toEqual(['default', '^default']);
    const [outputs] = Object.values(targets['apps/api:docker-b']!.inputs!.slice(1)).filter(
      (input) => typeof input === 'object' && 'dependentTasksOutputFiles' in input,
    );
    expect(outputs).toBeUndefined();
  });

  it('read an env file that the image does not get', async () => {
    const own = { stage: 'builder', tasks: { a: { command: 'x', envFile: '{projectRoot}/.env' } } };
    const files = { 'apps/api/.env': 'A=1\n', 'apps/api/.dockerignore': '**/.env\n' };
    const { inputs = [] } = (await targetsOf(own, {}, files))['apps/api:docker-a']!;
    expect(inputs).toContain('{workspaceRoot}/apps/api/.env');
    expect(
      inputs.filter((input) => typeof input === 'string' && input.startsWith('!{workspaceRoot}')),
    ).toEqual([]);
  });

  it('depend on variables of the machine and on env files', async () => {
    const env = { NPM_TOKEN: null, MODE: 'x' };
    const own = {
      stage: 'builder',
      tasks: {
        a: { command: 'x', env, envFile: '{projectRoot}/.env' },
        b: { command: 'x', env: ['TOKEN', 'A=1'] },
      },
    };
    const targets = await targetsOf(own, {}, { 'apps/api/.env': 'A=1\nALONE\nNPM_TOKEN\n' });
    const variables = [{ env: 'NPM_TOKEN' }, { env: 'ALONE' }];
    expect(targets['apps/api:docker-a']).toMatchObject({
      cache: true,
      inputs: [
        KEY,
        ...variables,
        '{workspaceRoot}/apps/api/.env',
        ...SOURCES.toSpliced(3, 0, '{projectRoot}/.env'),
      ],
    });
    expect(targets['apps/api:docker-b']!.inputs).toEqual([KEY, { env: 'TOKEN' }, ...SOURCES]);
  });

  it.each<[string, Record<string, string>, boolean]>([
    ['git has', {}, true],
    ['git ignores', { '.gitignore': '.env*\n' }, false],
    ['its folder ignores', { 'apps/api/.gitignore': '/.env.test\n' }, false],
    ['this checkout ignores', { '.git/info/exclude': '.env.test\n' }, false],
    ['Nx ignores', { '.nxignore': 'apps/*/.env.test\n' }, false],
    ['an exception takes back', { '.gitignore': '.env*\n!.env.test\n' }, true],
    ['is none', { 'apps/api/.env.test': 'A B=1\n' }, false],
  ])('read an env file that %s: Nx caches them where it hashes the file', async (_, files, cache) => {
    const test = { command: 'x', envFile: 'apps/api/.env.test', record: true };
    const own = { stage: 'builder', tasks: { test } };
    const targets = await targetsOf(own, {}, { 'apps/api/.env.test': 'A=1\n', ...files });
    expect(targets['apps/api:docker-test']!.cache).toBe(cache);
  });

  it.each(['apps/api/.env', '../.env', '/etc/environment'])('are not cached with %s', async (envFile) => {
    const targets = await targetsOf({ stage: 'builder', tasks: { test: { command: 'x', envFile } } });
    expect(targets['apps/api:docker-test']!.cache).toBe(false);
  });

  it.each([
    [undefined, false],
    ['linux/arm64', false],
    [['linux/amd64', 'linux/amd64'], false],
    [['linux/amd64', 'linux/arm64'], true],
    ['linux/amd64,linux/arm64', true],
  ])('of an image for %j: the machine counts: %j', async (platforms, counts) => {
    const own = { stage: 'builder', tasks: { test: 'x' }, platforms };
    const { inputs } = (await targetsOf(own))['apps/api:docker-test']!;
    const machine = counts ? [{ runtime: 'node -p process.arch' }] : [];
    expect(inputs).toEqual([KEY, ...machine, ...SOURCES]);
  });

  it.each<[string, Record<string, unknown>, boolean]>([
    ['no network', { network: 'none' }, true],
    ['a volume', { volumes: './x:/x' }, false],
    ['services', { network: 'services' }, false],
    ['services, and the user knows better', { network: 'services', record: true }, true],
    ['a service by tag', { services: { db: 'redis:7' } }, false],
    ['a service by digest', { services: { db: { image: `redis:7@sha256:${'7'.repeat(64)}` } } }, true],
    [
      'one service of two by tag',
      { services: { a: `x@sha256:${'7'.repeat(64)}`, b: { image: 'y' } } },
      false,
    ],
    ['a stage by its index, whose name the file has', { stage: '0' }, false],
    ['a stage that is not there', { stage: 'biulder' }, false],
    ['a stage in another case', { stage: 'Builder' }, true],
  ])('with %s: cache %j → %j', async (_, options, cache) => {
    const targets = await targetsOf({ stage: 'builder', tasks: { test: { command: 'x', ...options } } });
    expect(targets['apps/api:docker-test']!.cache).toBe(cache);
  });

  it('are not cached where the target’s own list leaves their stage out of the build', async () => {
    const plugin = { projects: { api: { stage: 'builder', tasks: { test: 'x' } } } };
    expect((await targetsOf({ stages: ['checks'] }, plugin))['apps/api:docker-test']!.cache).toBe(false);
    expect((await targetsOf({ stages: 'builder' }, plugin))['apps/api:docker-test']!.cache).toBe(true);
  });

  it('are named after a build of another name', async () => {
    const workspace = new GraphWorkspace({
      'apps/api/project.json': project('api', {
        image: { executor: 'nx-docker-cache:build', options: { stage: 'builder', tasks: { test: 'x' } } },
      }),
      'apps/api/Dockerfile': DOCKERFILE,
    });
    const targets = await workspace.targets();
    workspace.remove();
    expect(targets['apps/api:image-test']).toMatchObject({
      options: { buildTarget: 'image' },
      dependsOn: ['image'],
      inputs: expect.arrayContaining([
        { dependentTasksOutputFiles: '.nx-docker-cache/api/stages.image/builder.key' },
        '{projectRoot}/src/**/*',
      ]),
    });
  });

  it.each([
    { tasks: 'x' },
    { tasks: { test: 5 } },
    { tasks: { test: 'x' } },
    { stage: 5, tasks: { test: 'x' } },
  ])('of a shape that there is not (%j) break no graph', async (own) => {
    expect(Object.keys(await targetsOf(own))).toEqual(['apps/api:docker-build']);
  });
});
