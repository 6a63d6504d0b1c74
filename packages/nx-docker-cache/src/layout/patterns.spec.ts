import { isGitIgnored, parseGitignore } from './gitignore';
import { compileGlob, compilePathGlob } from './glob';

describe('globs', () => {
  it.each([
    ['a/*', 'a/b', true],
    ['a/*', 'a/b/c', false],
    ['a/**', 'a/b/c', true],
    ['**/a.json', 'a.json', true],
    ['**/a.json', 'x/y/a.json', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['{a,b}/*.ts', 'b/x.ts', true],
    ['{a,b}/*.ts', 'c/x.ts', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab]x', 'bx', true],
    ['[!ab]x', 'bx', false],
    ['./a/*', 'a/b', true],
    ['a.b', 'axb', false],
    ['a(b)+', 'a(b)+', true],
    ['a/[x', 'a/[x', true],
    ['*', '.env', true],
  ])('%s and %s: %s', (pattern, path, expected) => {
    expect(compileGlob(pattern)(path)).toBe(expected);
  });

  it('without a slash look at the name', () => {
    expect(compilePathGlob('Dockerfile.*')('a/b/Dockerfile.x')).toBe(true);
    expect(compilePathGlob('/a/Dockerfile')('a/Dockerfile')).toBe(true);
  });
});

describe('.gitignore', () => {
  const rules = parseGitignore('# outputs\ndist/\n/build\nlibs/*/out\n!dist/keep\n*.log\n');
  it.each([
    ['dist', true],
    ['apps/a/dist', true],
    ['apps/a/dist/main.js', true],
    ['build', true],
    ['apps/build', false],
    ['libs/a/out', true],
    ['a/x.log', true],
    ['src', false],
  ])('%s: %s', (path, expected) => {
    expect(isGitIgnored(rules, path)).toBe(expected);
  });
});
