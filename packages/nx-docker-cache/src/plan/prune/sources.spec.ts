import fc from 'fast-check';
import { diskOf, left } from '../../../test/fakes/context';
import { contextSources, matchesSource, parseDockerfile } from '../../dockerfile';
import { planSources } from './sources';

const FILES = [
  ...['package.json', 'a.txt', 'conf-a/x', 'conf-b/sub/y', 'node_modules/p/package.json', 'dist/z'],
  ...['apps/api/package.json', 'apps/api/src/a.ts', 'apps/web/package.json', 'apps/web/src/b.ts'],
];
const plan = (copies: string, links: string[] = []) => {
  const sources = contextSources(parseDockerfile(`FROM scratch\n${copies}\n`));
  return planSources(sources, diskOf(FILES, '', links));
};
const rules = (copies: string): readonly string[] => {
  const answer = plan(copies);
  if ('obstacle' in answer) throw new Error(answer.obstacle);
  return answer.rules;
};

it.each([
  ['COPY a.txt apps/api /', []],
  ['COPY . .', []],
  ['COPY *.json /', ['/apps', '/conf-**', '/dist', '/node_modules']],
  [
    'COPY apps/*/package.json a.txt /m/',
    ['/apps/api/src', '/apps/web/src', '/conf-**', '/dist', '/node_modules'],
  ],
  ['COPY conf-* /c', ['/apps', '/dist', '/node_modules']],
  ['COPY **/x /c', []],
])('%s: rules for folders that only a wildcard looks into', (copies, expected) => {
  expect([...rules(copies)].sort()).toEqual(expected);
});

it.each([
  ['COPY --exclude=**/*.ts --exclude=dist apps /a', ['/apps/**/*.ts', '/apps/dist']],
  ['COPY --exclude=node_modules . .', ['/node_modules']],
  ['COPY --exclude=*.ts apps /a\nCOPY apps/api /b', []],
  ['COPY --exclude=*.ts apps /a\nCOPY ap*/api /b', ['/conf-**', '/dist', '/node_modules']],
  ['COPY --exclude=!x --exclude=* apps /a', []],
  ['COPY --exclude=../x apps /a', []],
])('%s: what --exclude leaves out is not sent, where nothing else reads it', (copies, expected) => {
  expect([...rules(copies)].sort()).toEqual(expected);
});

it('a link on the way to a source keeps all', () => {
  expect(plan('COPY conf* /c', ['conf-c'])).toEqual({
    obstacle: 'conf* leads through the symbolic link conf-c',
  });
  expect(plan('COPY conf* /c', ['other'])).toMatchObject({ rules: expect.any(Array) });
});

it('a link in what has --exclude is followed by BuildKit, so all of it is sent', () => {
  expect(plan('COPY --exclude=src apps /a', ['apps/link'])).toEqual({ rules: [] });
  expect(plan('COPY --exclude=src apps /a', ['link'])).toEqual({ rules: ['/apps/src'] });
});

it('everything that a source reads stays, whatever it is', () => {
  const part = fc.constantFrom(
    'apps',
    'conf-a',
    '*',
    'a*',
    'conf-?',
    '[a-c]*',
    'package.json',
    'src',
    '**',
    'api',
  );
  const word = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
  const exclude = fc.constantFrom('', '--exclude=*.ts ', '--exclude=**/a.ts ', '--exclude=src ');
  const copy = fc.tuple(exclude, word).map(([flag, source]) => `COPY ${flag}${source} /to/`);
  fc.assert(
    fc.property(fc.array(copy, { minLength: 1, maxLength: 3 }), (copies) => {
      const text = copies.join('\n');
      const sources = contextSources(parseDockerfile(`FROM scratch\n${text}\n`));
      const read = FILES.filter((path) => sources.some((source) => matchesSource(source, path)));
      const sent = left(FILES, rules(text));
      expect(read.filter((path) => !sent.includes(path))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});
