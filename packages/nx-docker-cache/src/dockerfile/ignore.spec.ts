import { DockerCacheError } from '../errors';
import {
  ignoreFileCandidates,
  isIgnored,
  matchEntry,
  mayContainIncluded,
  opensFiles,
  parseIgnore,
} from './ignore';

/** The paths that are left out, of those asked for. */
const ignored = (text: string, paths: readonly string[]): string[] => {
  const rules = parseIgnore(text);
  return paths.filter((path) => isIgnored(rules, path));
};

describe('isIgnored', () => {
  // e2e/ignore-oracle.spec.ts holds these semantics and many more against BuildKit.
  test.each<[string, string, string[], string[]]>([
    [
      'a bare name matches in the root only',
      'node_modules',
      ['node_modules', 'node_modules/a/b'],
      ['a/node_modules'],
    ],
    [
      'any depth',
      '**/node_modules',
      ['node_modules', 'a/b/node_modules/c'],
      ['node_modules2', 'xnode_modules'],
    ],
    ['blanks around a pattern, as Go has them', '\u0085a\u00A0\nb\uFEFF', ['a', 'b\uFEFF'], ['b']],
    ['slashes at either end', '/a/\n/b', ['a', 'a/x', 'b'], ['x/a']],
    ['dots', './a\nb/./c\nd/../e', ['a', 'b/c', 'e'], ['b', 'd']],
    ['the root itself cannot be left out', '.\n/', [], ['a', 'b/c']],
    ['a path above the root', '../a', [], ['a']],
    ['one star stays in its folder', '*.log', ['a.log', '.log'], ['x/a.log', 'a.log2']],
    ['a star in the middle', 'apps/*/dist', ['apps/web/dist/x'], ['apps/dist', 'apps/a/b/dist']],
    ['a question mark', 'a?', ['ab', 'a.'], ['a', 'a/b', 'abc']],
    ['double star at the end', 'a/**', ['a/b', 'a/b/c'], ['a']],
    ['double star in the middle', 'a/**/b', ['a/b', 'a/x/y/b', 'a/x/b/c'], ['a/xb', 'b']],
    ['double star glued', '**.md\na**', ['x.md', 'x/y.md', 'abc', 'a/b'], ['x.mdx', 'ba']],
    ['everything', '**', ['a', 'a/b', '.git'], []],
    ['everything in the root', '*', ['a', 'a/b', '.git'], []],
    ['classes', '[a-c]x\n[^d]y', ['ax', 'cx', 'ay'], ['dx', 'dy']],
    ['! in a class is no negation', '[!a]', ['!', 'a'], ['b']],
    ['an escaped star', 'a\\*', ['a*'], ['ab']],
    ['regular expression signs are plain', 'a.b+(c)|{d}$', ['a.b+(c)|{d}$'], ['aXb+(c)|{d}$']],
    // Oddities of the way by a regular expression, seen in BuildKit as well.
    ['a caret', 'a^b\nc^*', ['a^b'], ['c^d']],
    ['an escaped letter is a class', '\\d*', ['1', '23'], ['d']],
    ['a star in a class ends it', '[*]', [], ['*']],
    ['comments at the start of a line alone', '# a\n # b\nc # d', ['# b', 'c # d'], ['a', 'b', 'c']],
    ['blanks around', '  a  \n\tb\t', ['a', 'b'], []],
    ['a blank inside', 'a b', ['a b'], ['a', 'b']],
    ['a byte order mark', '\uFEFFa', ['a'], []],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b'], []],
    ['case counts', 'A', ['A'], ['a']],
    ['quotes are plain', '"a"', ['"a"'], ['a']],
    ['nothing', '\n \n#', [], ['a']],
  ])('%s', (_, text, out, kept) => {
    expect(ignored(text, [...out, ...kept])).toEqual(out);
  });

  test.each<[string, string, string[], string[]]>([
    ['an exception', '*.md\n!README.md', ['a.md'], ['README.md']],
    ['an exception inside a folder', 'a\n!a/b', ['a', 'a/c'], ['a/b', 'a/b/c']],
    ['the last match wins', '!a\na', ['a'], []],
    ['three turns', '*\n!a\na/b\n!a/b/c', ['x', 'a/b', 'a/b/d'], ['a', 'a/x', 'a/b/c']],
    ['blanks and slashes behind the !', '*\n! /a\n!./b/', ['c'], ['a', 'b', 'b/x']],
    [
      'an allow-list',
      '**\n!apps/web\n!package.json',
      ['a', 'apps', 'apps/api/x'],
      ['apps/web/src/x', 'package.json'],
    ],
    ['by depth', '**\n!**/*.ts', ['a', 'a/b.js'], ['a/b.ts', 'c.ts']],
    ['an exception for all', 'a\n!**', [], ['a', 'a/b']],
    // patternmatcher does not look at `a/b` again for what lies in it, as `a` had decided already.
    ['a pattern that was not needed for the folder', 'a\n!a/b/c\na/b', ['a/b', 'a/b/d'], ['a/b/c']],
  ])('%s', (_, text, out, kept) => {
    expect(ignored(text, [...out, ...kept])).toEqual(out);
  });

  test.each(['[', 'a[', '[]a]', '[a-]', '[-a]', 'a\\', '!', '! ', '!/', '!['])(
    'BuildKit refuses %j',
    (pattern) => {
      expect(() => parseIgnore(`ok\n${pattern}`)).toThrow(DockerCacheError);
      expect(() => parseIgnore(`ok\n${pattern}`)).toThrow('Ignore file line 2');
    },
  );

  test.each(['a*[', '\\p', '[z-a]', '[\\Q]'])('BuildKit refuses %j once it has to decide', (pattern) => {
    const rules = parseIgnore(`a\n${pattern}`);
    expect(isIgnored(rules, 'a')).toBe(true);
    expect(() => isIgnored(rules, 'b')).toThrow('Ignore file line 2');
  });

  test.each(['[a]', '[^a]', '[\\]]', '[[]', 'a]', '\\[', 'x*/[/*.txt', '{a}', '!a'])(
    'BuildKit takes %j',
    (pattern) => {
      expect(parseIgnore(pattern).patterns).toHaveLength(1);
    },
  );
});

test('matchEntry gives the same answers step by step', () => {
  const rules = parseIgnore('a\n!a/b/c\na/b');
  const top = matchEntry(rules, 'a', undefined);
  const inner = matchEntry(rules, 'a/b', top.matches);
  expect([top.ignored, inner.ignored, matchEntry(rules, 'a/b/c', inner.matches).ignored]).toEqual([
    true,
    true,
    false,
  ]);
});

describe('mayContainIncluded', () => {
  test.each<[string, string, boolean]>([
    ['a', 'a', false],
    ['a\n!a/b', 'a', true],
    ['a\n!a/b', 'a/c', false],
    ['a\n!a/b/c', 'a/b', true],
    ['a\n!ab', 'a', false],
    ['**\n!apps/*/src', 'apps/web', true],
    ['**\n!apps/*/src', 'libs', false],
    ['**\n!**/x', 'a/b/c', true],
    ['**\n!apps/*/src', 'apps/web/src/in', false],
    ['**\n!apps/*/src', 'apps/web/test', false],
    ['**\n!apps/?/src/*', 'apps/\u{1F600}/src', true],
    ['**\n!apps/*/src/**', 'apps/web/src/in', true],
    ['**\n!apps/[^a]/src', 'apps/a/b', true],
    ['**\n!*/b', 'a', true],
    ['**\n!*/b', 'a/c', false],
    ['a\n!\\a/b', 'a', true],
    ['a\n!a/**', 'a', true],
  ])('%j, folder %s: %s', (text, folder, expected) => {
    expect(mayContainIncluded(parseIgnore(text), folder)).toBe(expected);
  });
});

describe('opensFiles: a file that is left in the context', () => {
  test.each<[string, string, boolean]>([
    ['src', 'a', true],
    ['src\n!src/lib', 'src/lib/a', true],
    // The second `src` is not tried on the folder, as the first one took it already.
    ['src\n!src/lib\nsrc', 'src/lib/a', false],
    ['src\n!src/lib\nsrc\n!src/lib', 'src/lib/a', true],
    ['src\n!src/lib\nsrc\n!src/package.json', 'src/lib/deep/ab', false],
    ['src\n!src/lib\ndocs', 'src/lib/a', true],
    ['*.md\n!README.md\nsrc', 'README.md', true],
  ])('%j, %s: sent with its content %s', (text, path, expected) => {
    const rules = parseIgnore(text);
    expect(isIgnored(rules, path)).toBe(false);
    expect(opensFiles(rules)(path)).toBe(expected);
  });
});

test('the ignore file beside the Dockerfile comes first', () => {
  expect(ignoreFileCandidates('docker/web.Dockerfile', '.')).toEqual([
    'docker/web.Dockerfile.dockerignore',
    '.dockerignore',
  ]);
  expect(ignoreFileCandidates('apps/web/Dockerfile', 'apps/web')[1]).toBe('apps/web/.dockerignore');
});
