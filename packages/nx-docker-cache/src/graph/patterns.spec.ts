import { rebased } from './filesets';
import { narrowed, remaining } from './ignored';

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
