import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GraphWorkspace, project, type Files } from '../../test/graph/workspace';
import type { Tree } from '../layout/git-sources';
import { WorkspaceDisk } from './disk';
import { recall } from './recall';

describe('recall', () => {
  let workspace: GraphWorkspace;
  beforeEach(() => (workspace = new GraphWorkspace({ 'a/text': 'one', 'a/folder/file': '' })));
  afterEach(() => workspace.remove());

  const find = jest.fn((question: string, disk: Tree) => ({
    ...{ question, text: disk.readText('a/text') ?? 'none', missing: disk.readText('a/missing') ?? 'none' },
    kinds: ['a/text', 'a/folder', 'a/nothing'].map((path) => disk.kind(path) ?? 'none'),
  }));
  const ask = (question = 'what?') => {
    find.mockClear();
    const disk = new WorkspaceDisk(workspace.root);
    const answer = recall({ workspaceRoot: workspace.root, name: 'test', disk }, question, find);
    return { answer, found: find.mock.calls.length };
  };

  it('finds once what stays as it is', () => {
    const first = ask();
    expect(first).toEqual({
      found: 1,
      answer: {
        ...{ question: 'what?', text: 'one', missing: 'none' },
        kinds: ['file', 'folder', 'none'],
      },
    });
    workspace.write({ 'a/other': 'nobody asked for it' });
    expect(ask()).toEqual({ found: 0, answer: first.answer });
  });

  it.each<[string, () => unknown, object]>([
    ['a text that changed', () => workspace.write({ 'a/text': 'two' }), { text: 'two' }],
    ['one that is empty now', () => workspace.write({ 'a/text': '' }), { text: '' }],
    ['a file that is there now', () => workspace.write({ 'a/missing': 'here' }), { missing: 'here' }],
    ['an empty one', () => workspace.write({ 'a/missing': '' }), { missing: '' }],
    ['one that is gone', () => remove('a/text'), { text: 'none', kinds: ['none', 'folder', 'none'] }],
    [
      'a folder that became a file',
      () => (remove('a/folder'), workspace.write({ 'a/folder': '' })),
      { kinds: ['file', 'file', 'none'] },
    ],
    [
      'a file that became a folder',
      () => (remove('a/text'), workspace.write({ 'a/text/x': '' })),
      { text: 'none', kinds: ['folder', 'folder', 'none'] },
    ],
    [
      'a folder that is there now',
      () => workspace.write({ 'a/nothing/x': '' }),
      { kinds: ['file', 'folder', 'folder'] },
    ],
  ])('finds anew for %s', (_, change, expected) => {
    ask();
    change();
    expect(ask()).toMatchObject({ found: 1, answer: expected });
    expect(ask()).toMatchObject({ found: 0, answer: expected });
  });

  it('finds anew for another question, and where what is kept is broken', () => {
    ask();
    expect(ask('who?')).toMatchObject({ found: 1, answer: { question: 'who?' } });
    writeFileSync(workspace.dataFile('test'), '{"question": "');
    expect(ask('who?').found).toBe(1);
    rmSync(join(workspace.root, '.nx'), { recursive: true });
    expect(ask('who?').found).toBe(1);
  });

  const remove = (path: string): void => rmSync(join(workspace.root, path), { recursive: true });
});

const NAMES = { 'apps/api': 'api', 'apps/web': 'web', 'apps/base': 'base', 'libs/shared': 'shared' };
const FILES: Files = {
  'package.json': JSON.stringify({ workspaces: ['apps/*'] }),
  'apps/api/project.json': project('api'),
  'apps/api/Dockerfile':
    'FROM base:dev\nARG V\nCOPY apps/api/src src\nCOPY libs/shared/lib shared\nCOPY bin/tool .\n',
  'apps/api/src/main.ts': '',
  'apps/web/package.json': JSON.stringify({ name: 'web' }),
  'apps/web/Dockerfile': 'FROM busybox\nCOPY . .\nCOPY dist/apps/web /web\nCOPY bin bin\n',
  'apps/base/project.json': project('base'),
  'apps/base/Dockerfile': 'FROM busybox\nCOPY files files\nCOPY more more\n',
  'apps/base/files/a': '',
  'libs/shared/project.json': project('shared'),
  'libs/shared/lib/a': '',
  'apps/all/project.json': project('all', { 'docker-build': { options: { context: '.' } } }),
  'apps/all/Dockerfile': 'FROM busybox\nCOPY . .\n',
  'apps/quiet/project.json': project('quiet'),
  'apps/quiet/Dockerfile': 'FROM busybox\nCOPY . .\n',
};

/** Everything that the graph is made of may change; the name says what. */
const CHANGES: readonly (readonly [string, Files])[] = [
  ['a Dockerfile', { 'apps/api/Dockerfile': 'FROM busybox\nCOPY apps/api/src src\n' }],
  ['a new Dockerfile', { 'apps/base/Dockerfile.two': 'FROM busybox\n' }],
  ['a name', { 'apps/base/project.json': project('bottom') }],
  [
    'a target',
    {
      'apps/api/project.json': project('api', {
        'docker-build': { options: { buildArgs: { V: '{env.V}' } } },
      }),
    },
  ],
  [
    'an output',
    { 'libs/shared/project.json': project('shared', { make: { outputs: ['{projectRoot}/lib'] } }) },
  ],
  [
    'another output',
    { 'apps/api/project.json': project('api', { make: { outputs: ['{workspaceRoot}/bin'] } }) },
  ],
  [
    'what siblings use',
    { 'apps/base/Dockerfile': 'FROM busybox\nCOPY apps/base/files files\n', 'apps/base/more/a': '' },
  ],
  ['an ignore file', { 'apps/base/.dockerignore': 'x\n' }],
  ["a Dockerfile's own", { 'apps/base/Dockerfile.dockerignore': 'x\n' }],
  ["the root's", { '.dockerignore': '*\n!apps\n' }],
  ['what exists', { 'bin/tool/x': '' }],
  ['what exists in the root', { 'files/a': '', 'more/a': '' }],
  ['a root file', { 'tsconfig.json': '' }],
  ['what git ignores', { 'bin/tool': '', '.gitignore': 'bin\n' }],
  ['what is a package', { 'package.json': JSON.stringify({ workspaces: ['libs/*'] }) }],
  ['what is one for pnpm', { 'pnpm-workspace.yaml': 'packages:\n  - "!apps/web"\n' }],
  ['what is one for lerna', { 'package.json': '{}', 'lerna.json': '{"packages": ["x/*"]}' }],
];

describe('the graph', () => {
  let workspace: GraphWorkspace;
  beforeEach(() => (workspace = new GraphWorkspace(FILES)));
  afterEach(() => workspace.remove());

  const graph = async (options: object = {}) => ({
    nodes: await workspace.nodes(options),
    edges: await workspace.edges(NAMES, options),
  });
  const anew = async () => {
    rmSync(join(workspace.root, '.nx'), { recursive: true, force: true });
    return graph();
  };

  it('is the same when it is recalled', async () => {
    const first = await graph();
    expect(first.edges).not.toEqual([]);
    expect(await graph()).toEqual(first);
    expect(JSON.stringify(await graph())).toBe(JSON.stringify(await anew()));
  });

  it.each(CHANGES)('is never stale: %s', async (_, files) => {
    const before = await graph();
    workspace.write(files);
    const after = await graph();
    expect(after).not.toEqual(before);
    expect(JSON.stringify(after)).toBe(JSON.stringify(await anew()));
  });

  it('follows the options of the plugin', async () => {
    const before = await graph();
    const after = await graph({ targetName: 'image', image: 'acme/{projectName}' });
    expect(after).not.toEqual(before);
    expect(JSON.stringify(after)).toBe(
      JSON.stringify(await graph({ targetName: 'image', image: 'acme/{projectName}' })),
    );
    expect(await graph()).toEqual(before);
  });

  it('follows the names of inputs in nx.json', async () => {
    workspace.write({
      'apps/web/project.json': project('web', { 'docker-build': { options: { context: '.' } } }),
    });
    const before = await graph();
    workspace.nxJson = { namedInputs: { production: ['default'] } };
    expect(await graph()).not.toEqual(before);
  });
});
