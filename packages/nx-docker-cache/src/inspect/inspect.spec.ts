import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspectionSchema, parseInspection } from '../../test/inspection-schema';
import { builds, inspected, inspectOne, projectOf, type InspectedWorld } from '../../test/fakes/inspect';

const LIBS = [projectOf('libs/shared', [], { targets: { build: {} } }), projectOf('libs/util')];
const one = (dockerfile: string, files: Record<string, string> = {}, more: Partial<InspectedWorld> = {}) =>
  inspectOne({
    files: {
      'apps/api/Dockerfile': dockerfile,
      'apps/api/src/x': '',
      'libs/shared/x': '',
      'libs/util/x': '',
      ...files,
    },
    projects: [projectOf('apps/api', ['shared'], builds({ context: '.' })), ...LIBS],
    ...more,
  });

describe('a Dockerfile', () => {
  it('has its stages, and those that are built', async () => {
    const entry = await one(
      'FROM node:20 AS Deps\nFROM deps\nFROM busybox AS test\nFROM scratch\nCOPY --from=1 /x /x\n',
    );
    expect(entry).toMatchObject({
      path: 'apps/api/Dockerfile',
      projects: [{ name: 'api', root: 'apps/api', target: 'docker-build' }],
      context: { path: '.', reason: 'set by the options', decided: true },
      stages: [
        { index: 0, name: 'deps', line: 1, base: 'node:20', reached: true },
        { index: 1, name: undefined, line: 2, base: 'deps', reached: true },
        { index: 2, name: 'test', line: 3, base: 'busybox', reached: false },
        { index: 3, name: undefined, line: 4, base: 'scratch', reached: true },
      ],
      finalStage: '3',
      builtStage: '3',
      reachableStages: ['deps', '1', '3'],
      instructions: [{ line: 5, stage: '3', via: 'COPY', from: '1', sources: [{ path: 'x', kind: 'path' }] }],
      externalImages: [{ image: 'node:20', line: 1, via: 'FROM', builtBy: undefined }],
      problem: undefined,
    });
  });

  it('says per instruction what is read', async () => {
    const { instructions } = await one(
      'FROM a\nCOPY libs/shared libs/* /x/\nADD https://example.test/a /\nRUN --mount=source=libs/util,target=u --mount=from=b,source=q,target=q x\n',
    );
    expect(instructions).toEqual([
      {
        ...{ line: 2, stage: '0', via: 'COPY', from: undefined },
        sources: [
          { path: 'libs/shared', kind: 'path' },
          { path: 'libs/*', kind: 'glob' },
        ],
      },
      {
        ...{ line: 3, stage: '0', via: 'ADD', from: undefined },
        sources: [{ path: 'https://example.test/a', kind: 'url' }],
      },
      { line: 4, stage: '0', via: 'bind', from: undefined, sources: [{ path: 'libs/util', kind: 'path' }] },
      { line: 4, stage: '0', via: 'bind', from: 'b', sources: [{ path: 'q', kind: 'path' }] },
    ]);
  });

  it('needs the projects whose folders it copies', async () => {
    const { edges } = await one('FROM a\nCOPY libs/shared/x /\nCOPY libs /libs\nCOPY apps/api /\n');
    const edge = { from: 'api', via: 'COPY', reads: 'files' };
    expect(edges).toEqual([
      { ...edge, to: 'shared', line: 2, broad: false },
      { ...edge, to: 'shared', line: 3, broad: true },
      { ...edge, to: 'util', line: 3, broad: true },
    ]);
  });

  it('needs of a COPY of everything what the package graph says', async () => {
    const { edges } = await one('FROM a\nCOPY . .\n');
    expect(edges).toEqual([{ from: 'api', to: 'shared', via: 'COPY', line: 2, reads: 'files', broad: true }]);
  });

  it('needs the tasks whose outputs it copies', async () => {
    const { outputs, edges, synthetic } = await one(
      'FROM a\nCOPY libs/shared/dist /d\nCOPY libs/util/dist out/json /\nCOPY gen.* /\n',
    );
    expect(outputs).toEqual([{ path: 'libs/shared/dist', project: 'shared', target: 'build', line: 2 }]);
    expect(edges.map(({ to, reads, line }) => [to, reads, line])).toEqual([
      ['shared', 'output', 2],
      ['util', 'output', 3],
    ]);
    expect(synthetic).toEqual([
      { path: 'libs/util/dist', line: 3 },
      { path: 'out/json', line: 3 },
      { path: 'gen.*', line: 4 },
    ]);
  });

  it('needs files of the root that no project owns', async () => {
    const files = { 'package.json': '', 'yarn.lock': '', '.dockerignore': 'yarn.lock', 'scripts/a.sh': '' };
    const named = await one('FROM a\nCOPY package*.json scripts ./\n', files);
    expect(named.rootInputs).toEqual([
      { path: 'package*.json', line: 2 },
      { path: 'scripts', line: 2 },
      { path: '.dockerignore', line: undefined },
    ]);
    const all = await one('FROM a\nCOPY . .\n', files);
    expect(all.rootInputs).toEqual([
      { path: 'package.json', line: 2 },
      { path: '.dockerignore', line: undefined },
    ]);
  });

  it('says with its line what cannot be known, of the stages that are built', async () => {
    const { unresolved } = await one('FROM a AS x\nCOPY $A /\nFROM b\nCOPY libs/$B /\n');
    expect(unresolved).toEqual([
      { line: 4, stage: '1', text: 'libs/$B', reason: expect.stringContaining('nothing declares it') },
    ]);
  });

  it.each([
    ['FROM a\nCOPI x y\n', 'DOCKERFILE_SYNTAX', 2],
    ['', 'DOCKERFILE_SYNTAX', 1],
    ['\u0000\u0001\u0002', 'DOCKERFILE_SYNTAX', 1],
  ])('that is broken is an entry with the line', async (text, code, line) => {
    const entry = await one(text);
    expect(entry).toMatchObject({
      path: 'apps/api/Dockerfile',
      problem: { code, line },
      stages: [],
      drift: [],
    });
    expect(entry.problem?.hint).toBeTruthy();
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['options', { registri: 'x' }, 'INVALID_OPTIONS'],
    ['a stage', { target: 'nope' }, 'UNKNOWN_STAGE'],
    ['a context', { context: 'nope' }, 'NO_CONTEXT'],
    ['a file', { dockerfile: 'nope' }, 'NO_DOCKERFILE'],
  ])('whose target has wrong %s is an entry too', async (_, options, code) => {
    const { dockerfiles } = await inspected({
      files: { 'apps/api/Dockerfile': 'FROM a\n' },
      projects: [projectOf('apps/api', [], builds(options))],
    });
    expect(dockerfiles.find(({ problem }) => problem !== undefined)).toMatchObject({
      projects: [{ name: 'api' }],
      problem: { code },
    });
  });

  it('is read with the build args of the target, templates filled in', async () => {
    const { externalImages, unresolved } = await one(
      'ARG V\nARG W\nFROM node:$V-$W\n',
      {},
      {
        projects: [projectOf('apps/api', [], builds({ buildArgs: { V: '{shortSha}', W: '{env.SET}' } }))],
      },
    );
    expect([externalImages[0]?.image, unresolved]).toEqual(['node:0123456-value', []]);
  });
});

describe('the Dockerfiles of a workspace', () => {
  const paths = async (world: InspectedWorld): Promise<unknown[]> =>
    (await inspected(world)).dockerfiles.map(({ path, projects }) => [
      path,
      ...projects.map(({ name, target }) => `${name}:${target ?? '-'}`),
    ]);

  it('are many for one project, and some are outside all', async () => {
    const names = [
      'Dockerfile',
      'Dockerfile.dev',
      'all.Dockerfile',
      'Containerfile',
      'Dockerfile.md',
      'x.txt',
    ];
    const files = Object.fromEntries(names.map((name) => [`apps/api/${name}`, 'FROM a\n']));
    const projects = [projectOf('apps/api', [], builds()), ...LIBS];
    expect(await paths({ files: { ...files, 'docker/base.Dockerfile': 'FROM a\n' }, projects })).toEqual([
      ['apps/api/Containerfile', 'api:-'],
      ['apps/api/Dockerfile', 'api:docker-build'],
      ['apps/api/Dockerfile.dev', 'api:-'],
      ['apps/api/all.Dockerfile', 'api:-'],
      ['docker/base.Dockerfile'],
    ]);
  });

  it('that many projects build alike are one entry; built in another way they are another', async () => {
    const dockerfile = 'docker/Dockerfile';
    const shared = { dockerfile, context: '.' };
    const { dockerfiles } = await inspected({
      files: {
        [dockerfile]: 'ARG APP=none\nFROM node AS x\nARG APP\nCOPY apps/${APP} /\nFROM x\n',
        'apps/a/x': '',
        'apps/b/x': '',
      },
      projects: [
        projectOf('apps/a', [], builds(shared, { ...shared, buildArgs: { APP: 'b' } })),
        projectOf('apps/b', [], builds(shared)),
        projectOf('apps/c', [], builds({ ...shared, target: 'x' })),
      ],
    });
    expect(
      dockerfiles.map(({ path, builtStage, projects }) => [
        path,
        builtStage,
        projects.map(({ name }) => name),
      ]),
    ).toEqual([
      [dockerfile, '1', ['a']],
      [dockerfile, '1', ['a', 'b']],
      [dockerfile, 'x', ['c']],
    ]);
    expect(dockerfiles.flatMap(({ edges }) => edges.map(({ from, to }) => [from, to]))).toEqual([['a', 'b']]);
    expect(dockerfiles[1]?.drift.map(({ project }) => project)).toEqual(['a', 'b']);
    expect(dockerfiles[0]?.rootInputs).toEqual([{ path: dockerfile, line: undefined }]);
  });

  it('say what is read by the stages that are built beside the target', async () => {
    const entry = await inspectOne({
      files: {
        'apps/api/Dockerfile':
          'FROM busybox AS test\nCOPY libs/shared/a /\nCOPY ci/run.sh /\nFROM busybox\nCOPY apps/api/src /\n',
        ...{ 'apps/api/src/x': '', 'libs/shared/a': '', 'ci/run.sh': '' },
      },
      projects: [
        projectOf(
          'apps/api',
          ['shared'],
          builds({ context: '.', tasks: { test: { stage: 'test', command: 'x' } } }),
        ),
        projectOf('libs/shared'),
      ],
    });
    expect(entry).toMatchObject({
      ...{ builtStage: '1', reachableStages: ['test', '1'], rootInputs: [{ path: 'ci/run.sh', line: 3 }] },
      instructions: [{ line: 2 }, { line: 3 }, { line: 5 }],
      edges: [{ to: 'shared', line: 2 }],
      // The image itself lacks what only its tests copy.
      drift: [{ missing: [{ project: 'shared' }] }],
    });
  });

  it('start from the images of others', async () => {
    const { dockerfiles } = await inspected({
      files: {
        'apps/api/Dockerfile':
          'FROM base:local\nCOPY --from=reg.test/acme/tools:1 /a /\nCOPY --from=node:20 /n /\n',
        'images/base/Dockerfile': 'FROM debian\n',
        'images/tools/Dockerfile': 'FROM debian\n',
      },
      projects: [
        projectOf('apps/api', [], builds()),
        projectOf('images/base', [], builds()),
        projectOf('images/tools', [], builds({ image: 'acme/{projectName}', registry: 'reg.test' })),
      ],
    });
    const api = dockerfiles.find(({ path }) => path === 'apps/api/Dockerfile');
    expect(api?.edges).toEqual([
      { from: 'api', to: 'base', via: 'FROM', line: 1, reads: 'image', broad: false },
      { from: 'api', to: 'tools', via: 'COPY', line: 2, reads: 'image', broad: false },
    ]);
    expect(api?.externalImages.map(({ builtBy }) => builtBy?.project)).toEqual(['base', 'tools', undefined]);
  });

  it('are those that git does not ignore', async () => {
    const files = {
      '.gitignore': 'generated\n',
      'generated/Dockerfile': 'FROM a\n',
      'a/Dockerfile': 'FROM a\n',
    };
    expect(await paths({ files })).toEqual([['a/Dockerfile', 'a:docker-build']]);
  });

  it('make projects of folders where nothing else does', async () => {
    const files = {
      Dockerfile: 'FROM a\n',
      'services/x/Dockerfile': 'FROM acme\nCOPY a /\n',
      'services/x/a': '',
      'docker/y.Dockerfile': 'FROM a\n',
    };
    expect(await paths({ files })).toEqual([
      ['Dockerfile', 'acme:docker-build'],
      ['docker/y.Dockerfile'],
      ['services/x/Dockerfile', 'x:docker-build'],
    ]);
  });

  it.each([
    ['api', ['apps/api/Dockerfile', 'apps/api/Dockerfile.dev']],
    ['apps/api/', ['apps/api/Dockerfile', 'apps/api/Dockerfile.dev']],
    ['./apps/api/Dockerfile.dev', ['apps/api/Dockerfile.dev']],
    ['shared', []],
  ])('are chosen by %s', async (name, expected) => {
    const files = {
      'apps/api/Dockerfile': 'FROM a\n',
      'apps/api/Dockerfile.dev': 'FROM a\n',
      'x/Dockerfile': 'FROM a\n',
    };
    const projects = [projectOf('apps/api', [], builds()), ...LIBS];
    const { dockerfiles } = await inspected({ files, projects, name });
    expect(dockerfiles.map(({ path }) => path)).toEqual(expected);
  });

  it('of Nx have the reason of what the plugin inferred', async () => {
    const context = await Promise.all(
      (['nx', 'plain'] as const).map(
        async (kind) => (await one('FROM a\nCOPY libs/shared /\n', {}, { kind })).context,
      ),
    );
    expect(context.map((found) => found?.reason)).toEqual([
      '1 of 1 telling sources exist in the workspace root',
      'set by the options',
    ]);
  });

  it('have the context that a compose file says', async () => {
    const files = {
      'apps/api/Dockerfile': 'FROM a\nCOPY . .\n',
      'compose.yaml': 'services:\n  a:\n    build: apps\n',
    };
    const build = 'services:\n  a:\n    build: { context: ., dockerfile: apps/api/Dockerfile }\n';
    const projects = [projectOf('apps/api', [], builds()), ...LIBS];
    expect((await inspectOne({ files, projects })).context).toMatchObject({
      path: 'apps/api',
      decided: false,
    });
    expect((await inspectOne({ files: { ...files, 'compose.yaml': build }, projects })).context).toEqual({
      path: '.',
      reason: 'compose.yaml line 3 says so',
      decided: true,
    });
  });
});

describe('the JSON', () => {
  it('is what the guide shows', () => {
    const guide = readFileSync(join(__dirname, '../../../../docs/guides/inspect.md'), 'utf8');
    const example = /```json\n([^]*?)```/.exec(guide)![1]!;
    expect(inspectionSchema.safeParse(JSON.parse(example)).error).toBeUndefined();
  });

  it('has no other keys', async () => {
    const entry = await inspected({
      files: {
        'apps/api/Dockerfile':
          '# syntax=docker/dockerfile:1\nFROM base:local@sha256:0\nCOPY libs/util/package.json libs/old gen *.x $Y /\nCOPY libs/shared/dist /\nADD https://example.test/a.git /\n',
        'images/base/Dockerfile': 'FROM x\nCOPI\n',
        'libs/old/x': '',
        'libs/util/package.json': '',
      },
      projects: [
        projectOf('apps/api', ['util'], builds({ context: '.' }, { context: 'nope' })),
        projectOf('images/base', [], builds()),
        projectOf('libs/old'),
        ...LIBS,
      ],
    });
    expect(() => parseInspection(JSON.stringify(entry))).not.toThrow();
  });
});
