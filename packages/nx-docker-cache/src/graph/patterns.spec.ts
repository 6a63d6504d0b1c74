import { rebased } from './filesets';
import { isGitIgnored, parseGitignore } from './gitignore';
import { compileGlob, compilePathGlob } from './glob';
import { narrowed, remaining } from './ignored';

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

describe('filesets of a folder', () => {
  it.each([
    ['**/x', 'apps/a', ['**/x']],
    ['apps/a/x', 'apps/a', ['x']],
    ['apps/*/x', 'apps/a', ['x']],
    ['apps/**/x', 'apps/a', ['**/x']],
    ['apps', 'apps/a', ['**/*']],
    ['apps/a', 'apps/a', ['**/*']],
    ['libs/x', 'apps/a', []],
    ['x', '.', ['x']],
  ])('%s in %s', (glob, folder, expected) => {
    expect(rebased(glob, folder)).toEqual(expected);
  });
});

describe('what an ignore file leaves', () => {
  const lines = (...patterns: readonly string[]) =>
    patterns.map((pattern) => ({ pattern: pattern.replace(/^!/, ''), exception: pattern.startsWith('!') }));

  it.each([
    [['a', '**/b'], undefined, ['a', '**/b']],
    [['**', '!a'], ['a'], []],
    [['*', '!a', 'a/x'], ['a'], ['a/x']],
    [['**', '!a', '**/x', '!a/x'], ['a', 'a/x'], []],
    [['a', '!a/b', 'c'], undefined, ['c']],
    [['b', '**'], [], []],
    [['a[b]', 'c**d'], undefined, []],
    [['**', '!a[b]'], undefined, []],
  ])('%j', (patterns, only, never) => {
    expect(remaining(lines(...patterns))).toEqual({ only, never });
  });

  it.each([
    ['.', ['a', 'b/c'], ['a', 'b/c']],
    ['libs', ['libs/a', 'apps'], ['libs/a']],
    ['libs/a', ['libs'], ['libs/a']],
    ['libs/a', ['libs/*/src'], ['libs/a']],
    ['libs', ['libs/*/src'], ['libs/*/src']],
    ['package*.json', ['package.json'], ['package*.json']],
    ['a', ['**/*.ts'], ['a']],
    ['a', ['b'], []],
    ['a', undefined, ['a']],
  ])('of %s with %j', (source, only, expected) => {
    expect(narrowed(source, only)).toEqual(expected);
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
