/**
 * BuildKit as the judge of our ignore rules and COPY patterns: build contexts with `FROM scratch` and COPY, and
 * compare the files that landed with what we said. Repeat a failure with NDC_ORACLE_SEED=<seed>.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, posix, relative } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import {
  contextSources,
  isIgnored,
  matchesSource,
  parseDockerfile,
  parseIgnore,
} from '../packages/nx-docker-cache/src/dockerfile';

const run = promisify(execFile);
const seed = Number(process.env['NDC_ORACLE_SEED'] ?? Date.now() % 1_000_000_000);
/** How many random cases of each kind; more with NDC_ORACLE_RUNS. */
const RANDOM = Number(process.env['NDC_ORACLE_RUNS'] ?? 40);
const engineAnswers = spawnSync('docker', ['version', '--format', '{{.Server.Version}}']).status === 0;
if (!engineAnswers && !process.env['CI']) console.warn('ignore-oracle: skipped, no Docker engine answers');
const suite = engineAnswers || process.env['CI'] ? describe : describe.skip;

const IGNORE_FILES = [
  // Anchoring, depth, trailing and leading slashes.
  ...[
    'a',
    '/a',
    'a/',
    '/a/',
    './a',
    'a/b',
    '/a/b/',
    '*/a',
    '*/*/a',
    'a/*',
    '*',
    'a//b',
    'a/./b',
    'a/../b',
    '../a',
    '.',
    '/',
  ],
  // Double stars.
  ...[
    '**',
    '**/a',
    '**/a/',
    'a/**',
    'a/**/b',
    '**/a/**',
    '**a',
    'a**',
    '**/*.txt',
    '**/.x',
    '***',
    '**/**/a',
    'a/**/**',
    '*/**/a.txt',
  ],
  // One character and classes.
  ...[
    '?',
    '??',
    '[ab]',
    '[^a]',
    '[a-c]*',
    '[!a]',
    'a[b]',
    '[*]',
    '[?]b',
    '[[]',
    'a[^b]c',
    '[b-a]',
    'a]',
    '[\\]]',
    '[\\d]',
  ],
  // Escapes.
  ...['\\a', 'a\\*', '\\*', '\\d', '\\w*', 'a\\ b', '\\!a', '\\#a', 'a^b', '*^b', '**/a^b'],
  // Exceptions and their order.
  ...[
    '*\n!a',
    'a\n!a/b',
    '!a\na',
    '**\n!a',
    '**\n!**/a.txt',
    'a\n!a/b\na/b/a.txt',
    '*\n!a\na/b\n!a/b/a.txt',
    '**/*.txt\n!a/**',
  ],
  ...[
    'a\n!a/b/c\na/b',
    '*\n!*/a.txt',
    '*\n!a/*',
    'a\n!**',
    '! a',
    '*\n! /a',
    '*\n!./a',
    '*\n!a/',
    'a/*\n!a/b\n!a/a.txt',
    '**\n!a/b/**',
  ],
  ...['a\n!a\na\n!a/b', '*\n!**/b\n**/.x', 'a/b\n!a/*/a.txt', '*\n!a*\n!.x/b'],
  // Comments, blanks, byte order mark, line ends.
  ...[
    '# a\na',
    ' # a\na',
    'a # b',
    '  a  ',
    '\ta\t',
    '\uFEFFa',
    'a\r\nb\r\n',
    '\n\n\na',
    '',
    '#',
    'a b',
    '"a"',
    "'a'",
    'A',
  ],
];

const TREE = ['a', 'b', 'ab', '.x', 'a b', 'c', '#a', '!a', 'a^b', '*']
  .flatMap((top) => [
    ...['a', 'b', '.x'].flatMap((sub) => [`${top}/${sub}/a.txt`, `${top}/${sub}/c/b`]),
    ...[`${top}/a.txt`, `${top}/f.md`],
  ])
  .concat(['a.txt', 'b.md', 'ab.txt', '.y', 'z', 'a]', '# a', 'a # b', '"a"', 'ax/by.txt', '1', 'w']);

const segment = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('a', 'b', 'ab', '.x', 'c', 'a.txt') },
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      '*',
      '**',
      '?',
      '*.txt',
      'a*',
      '*b',
      '.*',
      '[ab]',
      '[^a]',
      '[a-c]',
      'a?',
      '**.txt',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('.', '..', '', '\\a', '[*]', '^', 'a^b', '\\*', '[', 'a b', '***'),
  },
);
const pattern = fc
  .tuple(
    fc.constantFrom('', '', '', '!', '!', '/', '!/'),
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', '', '', '/', ' '),
  )
  .map(([before, segments, after]) => before + segments.join('/') + after);
const ignoreFile = fc.array(pattern, { minLength: 1, maxLength: 6 }).map((lines) => lines.join('\n'));

suite(`BuildKit agrees (seed ${seed})`, () => {
  const root = mkdtempSync(join(tmpdir(), 'ndc-oracle-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test('which files an ignore file leaves in the context', async () => {
    const context = join(root, 'context');
    writeTree(context, TREE);
    const texts = [...IGNORE_FILES, ...fc.sample(ignoreFile, { numRuns: RANDOM, seed })];
    const accepted: string[] = [];
    const refused: string[] = [];
    for (const text of texts) (ignoreOrUndefined(text) === undefined ? refused : accepted).push(text);

    // Each ignore file rules a named context of its own, so that one build is enough.
    const names = accepted.map((_, index) => `c${index}`);
    accepted.forEach((text, index) => {
      writeTree(join(root, 'contexts', names[index]!), TREE);
      writeFile(join(root, 'contexts', names[index]!, '.dockerignore'), text);
    });
    const copies = names.map((name) => `COPY --from=${name} / /${name}/\n`);
    writeFile(join(root, 'ignore.Dockerfile'), `FROM scratch\n${copies.join('')}`);
    const contexts = names.map((name) => `--build-context=${name}=${join(root, 'contexts', name)}`);
    const out = join(root, 'out');
    await docker(
      'buildx',
      'build',
      '-f',
      join(root, 'ignore.Dockerfile'),
      '-o',
      `type=local,dest=${out}`,
      ...contexts,
      context,
    );

    const wrong = accepted.flatMap((text, index) => {
      const rules = parseIgnore(text);
      const landed = listTree(join(out, names[index]!)).filter((path) => path !== '.dockerignore');
      return difference(
        { ignoreFile: text },
        TREE.filter((path) => !isIgnored(rules, path)),
        landed,
      );
    });
    expect(wrong).toEqual([]);

    const accidentallyBuilt = await Promise.all(
      refused.slice(0, 12).map((text, index) => builds(root, context, text, index)),
    );
    expect(accidentallyBuilt.filter((text) => text !== undefined)).toEqual([]);
  });

  test('which files a COPY pattern reads', async () => {
    const context = join(root, 'copy');
    // Every name occurs once, as folders are merged where a pattern matches several.
    const files = COPY_TREE.map((path, index) =>
      path.replace(/[^/]*$/, (name) => (name.includes('%') ? name : `${name}-${index}`)),
    );
    const named = files.map((path) => path.replaceAll('%', ''));
    writeTree(context, named);
    const random = fc
      .sample(copyPattern, { numRuns: RANDOM, seed })
      .filter((copy) => startsInTree(copy) && known(`FROM scratch\n${instruction(copy)}`));
    const copies = [...COPY_PATTERNS, ...random];
    const stages = copies.map((copy, index) => `FROM scratch AS s${index}\n${instruction(copy, index)}`);
    const collect = copies.map((_, index) => `COPY --from=s${index} / /${index}/`);
    writeFile(join(root, 'copy.Dockerfile'), `${stages.join('')}FROM scratch\n${collect.join('\n')}\n`);
    const out = join(root, 'copied');
    await docker(
      'buildx',
      'build',
      '-f',
      join(root, 'copy.Dockerfile'),
      '-o',
      `type=local,dest=${out}`,
      context,
    );

    const wrong = copies.flatMap((copy, index) => {
      const sources = contextSources(parseDockerfile(`FROM scratch\n${instruction(copy)}`));
      const folder = join(out, String(index));
      const landed = listTree(folder).map((path) => readFileSync(join(folder, path), 'utf8'));
      return difference(
        { copy },
        named.filter((path) => sources.some((source) => matchesSource(source, path))),
        landed,
      );
    });
    expect(wrong).toEqual([]);
  });
});

const COPY_TREE = ['a', 'b', 'ab', '.x', 'a.d', 'x1']
  .flatMap((top) => [
    ...['a', 'b', 'c.d'].flatMap((sub) => [
      `${top}/${sub}/one.txt`,
      `${top}/${sub}/deep/er/two`,
      `${top}/${sub}/.dot`,
    ]),
    ...[`${top}/f.txt`, `${top}/g`],
  ])
  .concat([
    'package%.json',
    'package-lock%.json',
    'tsconfig%.json',
    'arr[0]%.txt',
    'plain%.txt',
    '.env%',
    'sp ace%.txt',
    'x%',
    'star*%',
  ]);

const COPY_PATTERNS = [
  ...[
    '.',
    './',
    '/',
    '*',
    '.*',
    '?',
    '??',
    '*.json',
    'package*.json',
    'package.json tsconfig*.json',
    '/a',
    './a/',
    'a/',
    'a/b',
    'a/../b',
    '../a',
  ],
  ...[
    'a*',
    '*/a',
    '*/*/one*',
    'a/*',
    'a/*/deep',
    'a/**',
    '**',
    '**/a',
    '**/deep',
    'a/**/er',
    '[ab]',
    '[^a]',
    '[a-b]/a',
    'a[.]d',
    'ar[r][[]0].txt',
  ],
  ...[
    'arr[[]0].txt',
    '*\\]*',
    '"a"',
    "'a/b'",
    '["a", "b/", "x1/*.txt", "/to/"]',
    '["sp ace*", "/to/"]',
    'sp*',
    '?/[!b]',
    'nothing*',
    'a?b',
    'star\\*',
    'st[a]r[*]',
  ],
  ...[
    '--exclude=b a',
    '--exclude=*.txt a',
    '--exclude=**/*.txt a',
    '--exclude=a .',
    '--exclude=a/b .',
    '--exclude=**/deep .',
    '--exclude=*.json *.json',
  ],
  ...[
    '--exclude=deep a/*',
    '--exclude=** a',
    '--exclude=*/deep --exclude=!a/deep a',
    '--exclude=g .',
    '--exclude=/a .',
    '--exclude=a/ .',
    '--exclude=plain.txt plain.txt',
  ],
];

const copySegment = fc.constantFrom(
  'a',
  'b',
  '*',
  '**',
  '?',
  '[ab]',
  'a*',
  '*b',
  '.*',
  '*.d',
  'deep',
  'er',
  'c.d',
  '[^b]',
  '.',
  'a.d',
);
const copyPattern = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '',
      '--exclude=* ',
      '--exclude=**/one* ',
      '--exclude=*/deep ',
      '--exclude=b ',
      '--exclude=[ab]/a ',
    ),
    fc.constantFrom('', '', './', '/'),
    fc.array(copySegment, { minLength: 1, maxLength: 4 }),
  )
  // BuildKit refuses a plain path that is not there; a wildcard may match nothing.
  .map(([exclude, before, segments]) => `${exclude}${before}${[...segments, '*'].join('/')}`);

/** Fails with the end of what docker printed. */
async function docker(...args: string[]): Promise<void> {
  await run('docker', args, { maxBuffer: 64 << 20 }).catch((error: unknown) => {
    const { stderr } = error as { stderr: string };
    throw new Error(
      stderr
        .split('\n')
        .filter((line) => /error|>>>/i.test(line))
        .slice(-20)
        .join('\n'),
    );
  });
}

/**
 * Each copies to a place of its own, in each run another: a source that is a file is copied even where an exclude
 * names it, yet BuildKit leaves it out of the cache key, so two such copies to one place share one's result.
 */
function instruction(copy: string, index = 0): string {
  return copy.endsWith('"]') ? `COPY ${copy}\n` : `COPY ${copy} /to-${seed}-${index}/\n`;
}

function known(dockerfile: string): boolean {
  return parseDockerfile(dockerfile).unresolved.length === 0;
}

/** BuildKit refuses a pattern in a folder that is not there. */
function startsInTree(copy: string): boolean {
  const path = copy.split(' ').at(-1)!;
  const plain = posix.join('.', path.slice(0, path.search(/[*?[]/)), 'x').slice(0, -2);
  return plain === '' || COPY_TREE.some((file) => file.startsWith(`${plain}/`));
}

function ignoreOrUndefined(text: string): unknown {
  try {
    return parseIgnore(text);
  } catch {
    return undefined;
  }
}

/** The ignore file where BuildKit builds with it; undefined where it refuses. */
async function builds(
  root: string,
  context: string,
  text: string,
  index: number,
): Promise<string | undefined> {
  const dockerfile = join(root, 'refused', `${index}.Dockerfile`);
  writeFile(dockerfile, 'FROM scratch\nCOPY . /\n');
  writeFile(`${dockerfile}.dockerignore`, text);
  return docker('buildx', 'build', '--output=type=cacheonly', '-f', dockerfile, context).then(
    () => text,
    () => undefined,
  );
}

function difference(of: object, expected: readonly string[], landed: readonly string[]): object[] {
  const onlyUs = expected.filter((path) => !landed.includes(path));
  const onlyBuildKit = landed.filter((path) => !expected.includes(path));
  return onlyUs.length + onlyBuildKit.length === 0 ? [] : [{ ...of, onlyUs, onlyBuildKit }];
}

function writeTree(folder: string, paths: readonly string[]): void {
  for (const path of paths) writeFile(join(folder, path), path);
}

function writeFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function listTree(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}
