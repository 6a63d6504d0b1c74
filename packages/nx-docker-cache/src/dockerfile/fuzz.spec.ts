import fc from 'fast-check';
import { DockerCacheError } from '../errors';
import { consumedArgs } from './consumed';
import { inferContext } from './context';
import { isIgnored, mayContainIncluded, parseIgnore } from './ignore';
import { parseDockerfile } from './parse';
import { reachableStages } from './reach';
import { contextSources, externalImages } from './reads';
import { matchesSource } from './source-match';

/** Loose: what is linear takes one or two, what is quadratic takes minutes. */
const SECONDS = 10;
jest.setTimeout(120_000);
/** Repeat a failure with NDC_SEED=<the seed that fast-check prints>. */
const RUNS = { numRuns: 300, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: true };

/** All that a user of this room calls. Anything but a DockerCacheError fails. true where the file is accepted. */
function readAll(text: string): boolean {
  try {
    const file = parseDockerfile(text, OPTIONS);
    reachableStages(file);
    consumedArgs(file);
    externalImages(file);
    const sources = contextSources(file);
    for (const source of sources.slice(0, 50)) matchesSource(source, 'a/b/c.txt');
    inferContext({ dockerfilePath: 'a/Dockerfile', projectRoot: 'a', sources, exists: () => true });
    return true;
  } catch (error) {
    if (!(error instanceof DockerCacheError)) throw error;
    expect(error.format().length).toBeLessThan(20_000);
    return false;
  }
}

const OPTIONS = { buildArgs: { A: 'x', B: '' }, platforms: ['linux/arm64'], buildContexts: { ctx: '.' } };

/** Processor time and not the clock's, as other work on the machine must not fail this. */
function withinTime(work: () => void): void {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(SECONDS);
}

const word = fc.oneof(
  fc.constantFrom(
    'a',
    'b:1',
    '.',
    './x/',
    'x',
    '0',
    '$A',
    '${A:-b}',
    '${C#a*}',
    '"q"',
    "'$A'",
    '\\$',
    '*',
    'a?/[b]',
    'A=1',
    'B=$A$C',
  ),
  fc.constantFrom(
    '${B',
    '"q',
    "'",
    '\\',
    '[',
    '["a","b"]',
    '=',
    '!',
    '#',
    '<<EOF',
    '<<-"E"',
    'EOF',
    'AS',
    '${',
    '$',
  ),
  fc.string({ maxLength: 4, unit: 'binary' }),
);
const flag = fc.constantFrom(
  '--from=s0',
  '--from=0',
  '--from=img',
  '--link',
  '--exclude=*',
  '--chown=$A',
  '--parents',
  '--platform=$P',
);
const mount = fc.constantFrom(
  '--mount=source=a,target=b',
  '--mount=from=s0,src=$A',
  '--mount=type=cache,target=/c',
  '--mount=type=x',
);
const words = fc.array(word, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' '));
const end = fc.constantFrom('\n', '\n', '\n', '\n', '\r\n', '\n# c\n', ' \\\n', '\\ \n');
const line = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.constantFrom('COPY', 'ADD', 'ONBUILD COPY'), fc.option(flag), words)
      .map(([k, f, w]) => `${k} ${f ?? ''} ${w} /to`),
  },
  { weight: 3, arbitrary: fc.tuple(fc.option(mount), words).map(([m, w]) => `RUN ${m ?? ''} ${w}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('ARG', 'ENV'), fc.constantFrom('A', 'C', 'P'), word)
      .map(([k, n, w]) => `${k} ${n}=${w}`),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(word, fc.nat(3)).map(([w, n]) => `FROM ${w.replace(/\s/g, '')} AS s${n}`),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(words, fc.constantFrom('EOF', 'E')).map(([w, e]) => `COPY <<${e} /x\n${w}\n${e}`),
  },
);
const noise = fc
  .tuple(
    fc.constantFrom('FROM', 'COPY', 'RUN', 'ENV', 'ONBUILD', 'LABEL', '# syntax=x', '# escape=`', 'X'),
    words,
  )
  .map((parts) => parts.join(' '));
const dockerfile = fc
  .array(fc.tuple(fc.oneof({ weight: 30, arbitrary: line }, { weight: 1, arbitrary: noise }), end), {
    maxLength: 12,
  })
  .map((lines) => `FROM a AS s0\n${lines.flat().join('')}`);

test('any Dockerfile is read or refused', () => {
  let accepted = 0;
  const count = (text: string): void => {
    if (readAll(text)) accepted += 1;
  };
  fc.assert(fc.property(dockerfile, count), RUNS);
  // Else the lines above would only try how the first error is made.
  expect(accepted).toBeGreaterThan(RUNS.numRuns / 10);
});

test('any text is read or refused', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readAll(text)),
    RUNS,
  );
});

test('any ignore file is read or refused', () => {
  const pattern = fc.oneof(
    fc
      .array(
        fc.constantFrom(
          'a',
          '*',
          '**',
          '/',
          '!',
          '[',
          ']',
          '^',
          '-',
          '\\',
          '?',
          '.',
          ' ',
          '{',
          '|',
          '\n',
          '#',
          '\u{1F600}',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  fc.assert(
    fc.property(
      fc.array(pattern, { maxLength: 8 }),
      fc.array(fc.constantFrom('a', 'b', '.x', '\u{1F600}'), { minLength: 1, maxLength: 6 }),
      (lines, segments) => {
        try {
          const rules = parseIgnore(lines.join('\n'));
          isIgnored(rules, segments.join('/'));
          // Pruning is safe: nothing is sent from a folder that is left out and pruned.
          for (let depth = 1; depth < segments.length; depth++) {
            const folder = segments.slice(0, depth).join('/');
            const pruned = isIgnored(rules, folder) && !mayContainIncluded(rules, folder);
            if (pruned) expect(isIgnored(rules, segments.join('/'))).toBe(true);
          }
        } catch (error) {
          if (!(error instanceof DockerCacheError)) throw error;
        }
      },
    ),
    RUNS,
  );
});

describe('large input takes bounded time', () => {
  const many = (count: number, make: (index: number) => string): string =>
    Array.from({ length: count }, (_, i) => make(i)).join('\n');
  test.each<[string, () => string]>([
    ['1 MB of RUN lines', () => `FROM a\n${many(40_000, () => 'RUN echo hello && true')}`],
    ['one instruction of 1 MB', () => `FROM a\nRUN ${'echo x && \\\n'.repeat(90_000)}true`],
    ['1 MB of sources', () => `FROM a\nCOPY ${'a/b \\\n'.repeat(180_000)} /x`],
    ['1 MB of heredoc', () => `FROM a\nCOPY <<E /x\n${'text\n'.repeat(200_000)}E`],
    ['heredocs in heredocs', () => `FROM a\n${many(20_000, (i) => `RUN <<E${i}\n<<E${i + 1}\nE${i}`)}`],
    [
      '5,000 stages in a chain',
      () => `FROM a AS s0\n${many(5000, (i) => `FROM s${i} AS s${i + 1}\nENV V${i}=x\nCOPY $V0 $NOPE b`)}`,
    ],
    [
      '5,000 stages, and one that copies from all',
      () => `${many(5000, (i) => `FROM a AS s${i}`)}\nFROM a\n${many(5000, (i) => `COPY --from=s${i} a b`)}`,
    ],
    [
      'many triggers in many stages',
      () => `FROM a AS x\n${many(3000, () => 'ONBUILD COPY a b')}\n${many(3000, () => 'FROM x')}`,
    ],
    ['many ARGs in one line', () => `FROM a\nARG ${many(30_000, (i) => `A${i}=$A${i - 1} \\`)}\n`],
    ['many ENVs', () => `FROM a\n${many(30_000, (i) => `ENV A${i}="$A${i - 1}x"`)}\nCOPY $A29999 b`],
    ['blanks', () => `FROM a\nRUN x${`${' '.repeat(60_000)}\\\n`.repeat(16)}y`],
    ['comments', () => `FROM a\nRUN x \\\n${'  # no\n'.repeat(120_000)}y`],
    ['quotes', () => `FROM a\nRUN ${`${"'".repeat(1001)}<<E \\\n`.repeat(900)}`],
    ['open expansions', () => `FROM a\nCOPY ${'${A:-'.repeat(10_000)} b`],
    ['zeros', () => '\0'.repeat(60_000)],
    ['megabytes of nothing', () => '\n'.repeat(3_000_000)],
    [
      'a megabyte of bytes',
      () =>
        Array.from({ length: 4000 }, (_, i) =>
          String.fromCharCode(...Array.from({ length: 256 }, (_, j) => (i * 7 + j * 13) % 256)),
        ).join(''),
    ],
    ['more than any Dockerfile', () => 'x'.repeat(9_000_000)],
    ['cyclic globals', () => `${many(5000, (i) => `ARG A${i}=$A${(i + 1) % 5000}`)}\nFROM $A0`],
  ])('%s', (_, make) => {
    const text = make();
    withinTime(() => readAll(text));
  });

  test('an ignore pattern that would blow up a regular expression', () => {
    const rules = parseIgnore(`${'**/a*'.repeat(200)}b\n${'*a'.repeat(500)}`);
    withinTime(() => isIgnored(rules, `${'a/'.repeat(200)}${'a'.repeat(300)}`));
  });

  test('a COPY pattern that would blow up a regular expression', () => {
    const source = { kind: 'glob', path: `${'*a'.repeat(300)}b`, parents: false, exclude: [] } as const;
    withinTime(() => matchesSource(source, 'a'.repeat(5000)));
  });

  test('thousands of patterns and paths', () => {
    const rules = parseIgnore(many(1000, (i) => `**/x${i}/*.log`));
    withinTime(() => {
      for (let i = 0; i < 200; i++) isIgnored(rules, `a/b/c/d${i}/e.ts`);
    });
  });
});
