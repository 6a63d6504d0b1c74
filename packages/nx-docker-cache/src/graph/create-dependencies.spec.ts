import { GraphWorkspace, project, type Files } from '../../test/graph/workspace';

const NAMES = { 'apps/a': 'a', 'libs/b': 'b', 'libs/c': 'c', 'libs/c/deep': 'deep', 'go/d': 'd' };
const FILES: Files = {
  ...Object.fromEntries(Object.entries(NAMES).map(([root, name]) => [`${root}/project.json`, project(name)])),
  'libs/b/x': '',
  'libs/c/x': '',
  'libs/c/deep/x': '',
  'go/d/main.go': '',
  'apps/a/src/x': '',
  'scripts/run.sh': '',
  'package.json': '{}',
};

const CASES: readonly (readonly [string, string, readonly string[]])[] = [
  ['nothing for its own files and those of nobody', 'COPY apps/a/src src\nCOPY package.json scripts ./', []],
  ['the project of a folder', 'COPY apps/a/src src\nCOPY libs/b b', ['b']],
  ['the project of a file', 'COPY apps/a/src src\nCOPY libs/b/x b', ['b']],
  ['a project that is not JavaScript', 'COPY apps/a/src src\nCOPY go/d d', ['d']],
  ['all projects of a folder', 'COPY apps/a/src src\nCOPY libs libs', ['b', 'c', 'deep']],
  ['a project and those that lie in it', 'COPY apps/a/src src\nCOPY libs/c c', ['c', 'deep']],
  ['those before a wildcard', 'COPY apps/a/src src\nCOPY libs/*/x ./', ['b', 'c', 'deep']],
  ['a bind mount', 'COPY apps/a/src src\nRUN --mount=type=bind,source=libs/b,target=/b true', ['b']],
  ['whose output is copied', 'COPY apps/a/src src\nCOPY dist/libs/b ./', ['b']],
  ['a stage in between', 'COPY libs/b b\nFROM busybox\nCOPY --from=0 b b\nCOPY apps/a/src src', ['b']],
  ['nothing for all of the workspace', 'COPY apps/a/src src\nCOPY package.json .\nCOPY . .', []],
  ['whose image it starts from', 'COPY apps/a/src src\nFROM d:dev', ['d']],
];

describe('createDependencies', () => {
  let workspace: GraphWorkspace;
  beforeEach(() => (workspace = new GraphWorkspace(FILES)));
  afterEach(() => workspace.remove());

  it.each(CASES)('finds %s', async (_, dockerfile, expected) => {
    workspace.write({
      'apps/a/Dockerfile': `FROM busybox\n${dockerfile}\n`,
      'go/d/Dockerfile': 'FROM busybox\n',
    });
    const edges = await workspace.edges(NAMES);
    expect(edges.map(({ target }) => target).sort()).toEqual(expected);
    for (const edge of edges) {
      expect(edge).toEqual({
        source: 'a',
        target: edge.target,
        type: 'static',
        sourceFile: 'apps/a/Dockerfile',
      });
    }
  });

  it('finds what a stage copies that is built beside the target', async () => {
    workspace.write({
      'apps/a/Dockerfile': 'FROM busybox AS test\nCOPY libs/b b\nFROM busybox\nCOPY apps/a/src src\n',
      'apps/a/project.json': project('a', { 'docker-build': { options: { stages: 'test' } } }),
    });
    expect((await workspace.edges(NAMES)).map(({ target }) => target)).toEqual(['b']);
  });

  it('knows the image of a scoped project, in whose options Nx has put the plain name', async () => {
    workspace.write({
      'apps/a/Dockerfile': 'FROM acme/base:dev\nCOPY apps/a/src src\n',
      'images/base/Dockerfile': 'FROM busybox\n',
      'images/base/project.json': project('@acme/base', {
        'docker-build': { executor: 'nx-docker-cache:build', options: { image: '{projectName}' } },
      }),
    });
    const edges = await workspace.edges({ ...NAMES, 'images/base': '@acme/base' });
    expect(edges.map(({ target }) => target)).toEqual(['@acme/base']);
  });

  it("names no file of Nx where the Dockerfile is not the project's", async () => {
    workspace.write({
      'apps/a/project.json': project('a', {
        image: { executor: 'nx-docker-cache:build', options: { dockerfile: 'docker/a.Dockerfile' } },
      }),
      'docker/a.Dockerfile': 'FROM busybox\nCOPY apps/a/src src\nCOPY libs/b b\n',
    });
    expect(await workspace.edges(NAMES)).toEqual([{ source: 'a', target: 'b', type: 'implicit' }]);
  });

  it('survives a broken Dockerfile', async () => {
    workspace.write({ 'apps/a/Dockerfile': 'COPI\n' });
    const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(await workspace.edges(NAMES)).toEqual([]);
    write.mockRestore();
  });
});
