import { atInstall } from './at-install';

describe('an install of the workspace', () => {
  const of = (manifest: object) => atInstall({ root: 'libs/a', exists: true, ...manifest });

  it('runs scripts of some names', () => {
    expect(of({ scripts: { postinstall: 'x' } }).runsAtInstall).toBe(true);
    expect(of({ scripts: { build: 'x', toString: 'x' } }).runsAtInstall).toBe(false);
    expect(of({})).toEqual({ runsAtInstall: false, installReads: [], bins: [] });
  });

  it.each([
    ['file:vendor/a.tgz', ['libs/a/vendor/a.tgz']],
    ['file:../b/vendor/a.tgz#hash', ['libs/b/vendor/a.tgz']],
    ['link:./local', ['libs/a/local']],
    ['portal:../../local', ['local']],
    ['exec:./make.js', ['libs/a/make.js']],
    ['../b', ['libs/b']],
    ['./a.tgz', ['libs/a/a.tgz']],
    ['file:./local::locator=root%40workspace', ['libs/a/local']],
    ['patch:ms@npm%3A2.1.3#~/patches/ms.patch', ['patches/ms.patch']],
    ['patch:ms@npm:2.1.3#./a.patch&../b.patch::version=1', ['libs/a/a.patch', 'libs/b.patch']],
    ['patch:ms@npm:2.1.3#optional!~/a.patch', ['a.patch']],
    ['patch:ms@npm:2.1.3', []],
    ['workspace:*', []],
    ['^1.0.0', []],
    ['npm:ms@2', []],
    ['git+file:///x.git', []],
    ['github:acme/x#./y', []],
  ])('reads what %s names', (range, expected) => {
    expect(of({ optionalDependencies: { x: range } }).installReads).toEqual(expected);
  });

  it('may look for commands', () => {
    expect(of({ bin: './cli.js' }).bins).toEqual(['libs/a/cli.js']);
    expect(of({ bin: { a: 'bin/a.js', b: 'bin/b.js' } }).bins).toEqual([
      'libs/a/bin/a.js',
      'libs/a/bin/b.js',
    ]);
  });
});
