import type { Override } from './overrides';
import { packageLinks } from './package-links';

const pack = (name: string, more: object = {}) => ({
  project: name,
  manifest: { name, root: `libs/${name}`, version: '1.2.0', exists: true, ...more },
});
const linksOf = (more: object, ranges = true, overrides: readonly Override[] = []): unknown =>
  packageLinks([pack('api', more), pack('shared'), pack('@acme/util')], { ranges, overrides }).get('api');

describe('what packages need of each other', () => {
  it.each<[string, string, string, string[]]>([
    ['workspace:', 'shared', 'workspace:*', ['shared']],
    ['workspace: with a range', 'shared', 'workspace:^1.0.0', ['shared']],
    ['an alias', 'other', 'workspace:@acme/util@*', ['@acme/util']],
    ['an alias of a plain name', 'other', 'workspace:shared@^', ['shared']],
    ['a folder', 'x', 'workspace:../shared', ['shared']],
    ['file:', 'x', 'file:../shared', ['shared']],
    ['link:', 'x', 'link:../shared/', ['shared']],
    ['any version', 'shared', '*', ['shared']],
    ['a range that the version is in', 'shared', '^1.0.0', ['shared']],
    ['a published package of the same name', 'shared', '^2.0.0', []],
    ['an alias of a published package', 'shared', 'npm:left-pad@1', []],
    ['a repository', 'shared', 'git+https://example.test/shared.git', []],
    ['a package from elsewhere', 'left-pad', '*', []],
    ['a folder that is no package', 'x', 'file:../nothing', []],
    ['a folder alone', 'x', '../shared', ['shared']],
    ['a folder below', 'x', 'link:plugins/one', []],
    ['a version of a catalog', 'shared', 'catalog:', ['shared']],
  ])('%s', (_, name, range, expected) => {
    const links = linksOf({ dependencies: { [name]: range } });
    expect(links).toEqual(expected.map((to) => ({ to, kind: 'runtime' })));
  });

  it('leaves ranges to the registry where pnpm does', () => {
    expect(linksOf({ dependencies: { shared: '^1.0.0' } }, false)).toEqual([]);
    expect(linksOf({ dependencies: { shared: 'workspace:*' } }, false)).toHaveLength(1);
  });

  it('has what the root says that a dependency is', () => {
    const api = { dependencies: { shared: '^9.0.0', x: '1.0.0' } };
    expect(linksOf(api, false, [{ name: 'shared', range: 'workspace:*' }])).toHaveLength(1);
    expect(linksOf(api, false, [{ name: 'x', range: 'link:libs/@acme/util' }])).toEqual([
      { to: '@acme/util', kind: 'runtime' },
    ]);
    expect(linksOf(api, true, [{ name: 'shared', range: '^1.0.0' }])).toHaveLength(1);
    expect(linksOf(api, false, [{ name: 'other', range: 'workspace:*' }])).toEqual([]);
  });

  it('has what either of two packages of one name needs, and either of them for needed', () => {
    const twin = (root: string, more: object) => ({ ...pack('twin', { root, ...more }) });
    const links = packageLinks(
      [
        pack('api', { dependencies: { twin: '^1.0.0' } }),
        twin('a', { dependencies: { shared: '*' } }),
        twin('b', { version: '2.0.0', devDependencies: { shared: '*', '@acme/util': '*' } }),
        ...[pack('shared'), pack('@acme/util')],
      ],
      { ranges: true, overrides: [] },
    );
    expect(links.get('api')).toEqual([{ to: 'twin', kind: 'runtime' }]);
    expect(links.get('twin')).toEqual([
      { to: 'shared', kind: 'runtime' },
      { to: '@acme/util', kind: 'development' },
    ]);
  });

  it('tells what runs from what only builds and tests', () => {
    const links = linksOf({
      peerDependencies: { shared: '*' },
      devDependencies: { shared: '*', '@acme/util': '*' },
    });
    expect(links).toEqual([
      { to: 'shared', kind: 'runtime' },
      { to: '@acme/util', kind: 'development' },
    ]);
  });
});
