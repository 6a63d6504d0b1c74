import { agreedContext, siblingContext, SiblingIndex, type DockerfilePlace } from './siblings';

const at = (dockerfilePath: string, projectRoot: string): DockerfilePlace => ({
  dockerfilePath,
  projectRoot,
});

describe('siblings of a Dockerfile', () => {
  const siblings = (place: DockerfilePlace, ...all: readonly DockerfilePlace[]) =>
    new SiblingIndex([place, ...all])
      .of(place)
      .map((group) => group.map(({ dockerfilePath }) => dockerfilePath));

  it('are those of its folder, then those at its place in the projects beside', () => {
    const others = [
      at('apps/web/Dockerfile', 'apps/web'),
      at('apps/api/Dockerfile.dev', 'apps/api'),
      at('apps/web/Dockerfile.dev', 'apps/web'),
      at('apps/web/docker/Dockerfile', 'apps/web'),
      at('apps/Dockerfile', 'apps'),
      at('services/x/Dockerfile', 'services/x'),
      at('apps/admin/Dockerfile', 'apps/admin'),
    ];
    expect(siblings(at('apps/api/Dockerfile', 'apps/api'), ...others)).toEqual([
      ['apps/api/Dockerfile.dev'],
      ['apps/admin/Dockerfile', 'apps/web/Dockerfile'],
    ]);
  });

  it('may lie deeper, and outside their projects', () => {
    expect(
      siblings(at('a/x/docker/prod/Dockerfile', 'a/x'), at('a/y/docker/prod/Dockerfile', 'a/y')),
    ).toEqual([[], ['a/y/docker/prod/Dockerfile']]);
    expect(siblings(at('docker/a/Dockerfile', 'apps/a'), at('docker/b/Dockerfile', '.'))).toEqual([
      [],
      ['docker/b/Dockerfile'],
    ]);
    expect(siblings(at('a.Dockerfile', 'apps/a'), at('b.Dockerfile', 'apps/b'))).toEqual([['b.Dockerfile']]);
  });

  it('are not the builds of the same Dockerfile', () => {
    const other = at('docker/Dockerfile', 'apps/b');
    expect(siblings(at('docker/Dockerfile', 'apps/a'), other)).toEqual([[], []]);
  });
});

describe('the context of a sibling', () => {
  const FOLDERS = ['.', 'apps', 'apps/b', 'apps/b/docker', 'apps/b/src', 'docker', 'docker/b', 'other'];
  const here = (from: DockerfilePlace, context: string, to: DockerfilePlace): string | undefined =>
    siblingContext(from, context, to, (path) => FOLDERS.includes(path)).here;
  const [a, b] = [at('apps/a/Dockerfile', 'apps/a'), at('apps/b/Dockerfile', 'apps/b')];
  const [dockerA, dockerB] = [at('docker/a.Dockerfile', 'apps/a'), at('docker/b.Dockerfile', 'apps/b')];

  it.each<[string, DockerfilePlace, string, DockerfilePlace, string | undefined]>([
    ['the root', a, '.', b, '.'],
    ['the folder of the project', a, 'apps/a', b, 'apps/b'],
    ['a folder of the project', a, 'apps/a/src', b, 'apps/b/src'],
    ['one that the other has not', a, 'apps/a/gen', b, undefined],
    ['a folder above both', a, 'apps', b, 'apps'],
    ['a folder apart', a, 'other', b, undefined],
    ['what is outside', a, '../x', b, undefined],
    [
      "the Dockerfile's folder",
      at('apps/a/docker/D', 'apps/a'),
      'apps/a/docker',
      at('apps/b/docker/D', 'apps/b'),
      'apps/b/docker',
    ],
    ['a folder of Dockerfiles', dockerA, 'docker', dockerB, 'docker'],
    ['projects elsewhere', dockerA, 'apps/a', dockerB, 'apps/b'],
    ['folders of Dockerfiles', at('docker/a/D', '.'), 'docker/a', at('docker/b/D', '.'), 'docker/b'],
    [
      "the root's project, its folder or the workspace",
      at('Dockerfile', '.'),
      '.',
      at('D', 'apps/b'),
      undefined,
    ],
    ['a project of the root from another', dockerA, '.', at('docker/Dockerfile', '.'), '.'],
    ['a project, for one that is the root', dockerA, 'apps/a', at('docker/Dockerfile', '.'), undefined],
    [
      'the folder of both, where the project lies elsewhere',
      at('docker/a.Dockerfile', 'docker'),
      'docker',
      dockerB,
      undefined,
    ],
  ])('is %s', (_, from, context, to, expected) => {
    expect(here(from, context, to)).toBe(expected);
  });
});

describe('what siblings agree on', () => {
  const sibling = (dockerfilePath: string, here: string | undefined) => ({
    ...{ dockerfilePath, here },
    context: 'x',
  });

  it('names them', () => {
    expect(agreedContext([])).toBeUndefined();
    expect(agreedContext([sibling('a', '.'), sibling('a', '.'), sibling('b', '.')])).toEqual({
      context: '.',
      reason: 'as a, b',
    });
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => sibling(name, '.'));
    expect(agreedContext(many)!.reason).toBe('as a, b, c and 2 more');
    expect(agreedContext(many.slice(1))!.reason).toBe('as b, c, d, e');
  });

  it('is nothing where one uses another, or one that means nothing here', () => {
    expect(agreedContext([sibling('a', '.'), sibling('b', 'apps')])).toBeUndefined();
    expect(agreedContext([sibling('a', '.'), sibling('b', undefined)])).toBeUndefined();
    expect(agreedContext([sibling('b', undefined)])).toBeUndefined();
  });
});
