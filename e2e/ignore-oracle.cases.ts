/** Ignore files and COPY patterns: tables of what people write and of what nobody should, and random mixtures. */
import fc from 'fast-check';

/** Blank-separated cases; `|` stands for a line's end. */
export const cases = (text: string): string[] => text.split(' ').map((each) => each.replaceAll('|', '\n'));

export const IGNORE_FILES: readonly string[] = [
  // Anchoring, depth, slashes at the ends, dots.
  ...cases('a /a a/ /a/ ./a a/b /a/b/ */a */*/a a/* * a//b a/./b a/../b ../a . /'),
  // Double stars.
  ...cases('** **/a **/a/ a/** a/**/b **/a/** **a a** **/*.txt **/.x *** **/**/a a/**/** */**/a.txt'),
  // One character, classes, escapes, and what a way by regular expressions makes of them.
  ...cases('? ?? [ab] [^a] [a-c]* [!a] a[b] [*] [?]b [[] a[^b]c [b-a] a] [\\]] [\\d] a*[ x*/[/*.txt'),
  ...cases('\\a a\\* \\* \\d \\w* \\!a \\#a a^b *^b **/a^b'),
  // Rules that come again behind an exception.
  ...cases('a|!a/b|a a|!a/b|a|!a/b a|!a/b|**/a a|!a/b|*|!b a|!a/b|a/** a/**|!a/b|a/* !a|a|!a/b|a'),
  // Exceptions and their order.
  ...cases(
    '*|!a a|!a/b !a|a **|!a **|!**/a.txt a|!a/b|a/b/a.txt *|!a|a/b|!a/b/a.txt **/*.txt|!a/** a|!a/b/c|a/b',
  ),
  ...cases(
    '*|!*/a.txt *|!a/* a|!** *|!./a *|!a/ a/*|!a/b|!a/a.txt **|!a/b/** a|!a|a|!a/b *|!**/b|**/.x a/b|!a/*/a.txt',
  ),
  ...['! a', '*\n! /a', '*\n!a*\n!.x/b', '!', '!/'],
  // Comments, blanks, byte order mark, line ends.
  ...[
    '# a\na',
    ' # a\na',
    'a # b',
    '  a  ',
    '\ta\t',
    '\uFEFFa',
    'a\uFEFF',
    'b\n\uFEFFa',
    '\u00A0a\u3000',
    'a\u0085',
    'a\r\nb\r\n',
    '\n\n\na',
    '',
    '#',
    'a b',
    'a\\ b',
    '"a"',
    "'a'",
    'A',
  ],
];

/** Files of the context of the ignore files. */
export const TREE: readonly string[] = [
  ...['a', 'b', 'ab', '.x', 'a b', 'c', '#a', '!a', 'a^b', '*'].flatMap((top) => [
    ...['a', 'b', '.x'].flatMap((sub) => [`${top}/${sub}/a.txt`, `${top}/${sub}/c/b`]),
    ...[`${top}/a.txt`, `${top}/f.md`],
  ]),
  ...['a.txt', 'b.md', 'ab.txt', '.y', 'z', 'a]', '# a', 'a # b', '"a"', 'ax/by.txt', '1', 'w'],
];

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...cases('a b ab .x c a.txt')) },
  { weight: 4, arbitrary: fc.constantFrom(...cases('* ** ? *.txt a* *b .* [ab] [^a] [a-c] a? **.txt')) },
  { weight: 1, arbitrary: fc.constantFrom(...cases('. .. \\a [*] ^ a^b \\* [ ***'), '', 'a b') },
);
const ignorePattern = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '!', '/', '!/'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '', '/', ' '),
  )
  .map(([before, segments, after]) => before + segments.join('/') + after);
export const ignoreFile = fc
  .array(ignorePattern, { minLength: 1, maxLength: 6 })
  .map((lines) => lines.join('\n'));

/**
 * Files of the context of the COPY patterns. Every name occurs once, as folders are merged where a pattern matches
 * several of them.
 */
export const COPY_TREE: readonly string[] = [
  ...['a', 'b', 'ab', '.x', 'a.d', 'x1'].flatMap((top) => [
    ...['a', 'b', 'c.d'].flatMap((sub) => {
      const name = `${top}-${sub}`;
      return [
        `${top}/${sub}/one.txt-${name}`,
        `${top}/${sub}/deep/er/two-${name}`,
        `${top}/${sub}/.dot-${name}`,
      ];
    }),
    ...[`${top}/f.txt-${top}`, `${top}/g-${top}`],
  ]),
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'arr[0].txt',
    'plain.txt',
    '.env',
    'sp ace.txt',
    'x',
    'star*',
  ],
];

/** What stands between COPY and its destination; a JSON form holds its own. */
export const COPIES: readonly string[] = [
  ...cases(
    '. ./ / * .* ? ?? *.json package*.json /a ./a/ a/ a/b a/../b ../a a* */a */*/one* a/* a/*/deep a/**',
  ),
  ...cases(
    '** **/a **/deep a/**/er [ab] [^a] [a-b]/a a[.]d ar[r][[]0].txt arr[[]0].txt *\\]* "a" \'a/b\' sp* ?/[!b]',
  ),
  ...cases('nothing* a?b star\\* st[a]r[*]'),
  ...['package.json tsconfig*.json', '["a", "b/", "x1/*.txt", "/to/"]', '["sp ace*", "/to/"]'],
  ...[
    '--exclude=b a',
    '--exclude=*.txt a',
    '--exclude=**/*.txt-* a',
    '--exclude=a .',
    '--exclude=a/b .',
    '--exclude=**/deep .',
  ],
  ...[
    '--exclude=deep a/*',
    '--exclude=** a',
    '--exclude=*/deep --exclude=!a/deep a',
    '--exclude=/a .',
    '--exclude=a/ .',
  ],
  ...['--exclude=*.json *.json', '--exclude=plain.txt plain.txt'],
];

const excludes = fc.constantFrom(
  '',
  '',
  '',
  ...cases('* **/one* */deep b [ab]/a').map((exclude) => `--exclude=${exclude} `),
);
const copySegment = fc.constantFrom(...cases('a b * ** ? [ab] a* *b .* *.d deep er c.d [^b] . a.d'));
export const copy = fc
  .tuple(excludes, fc.constantFrom('', '', './', '/'), fc.array(copySegment, { minLength: 1, maxLength: 4 }))
  // BuildKit refuses a plain path that is not there; a wildcard may match nothing.
  .map(([exclude, before, segments]) => `${exclude}${before}${[...segments, '*'].join('/')}`);
