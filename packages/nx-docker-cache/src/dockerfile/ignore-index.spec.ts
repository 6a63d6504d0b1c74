import fc from 'fast-check';
import {
  isIgnored,
  matchEntry,
  mayContainIncluded,
  opensFiles,
  parseIgnore,
  type IgnoreRules,
} from './ignore';

const parts = fc.constantFrom('a', 'b', 'ab', 'x.md', 'lib', '*', '**', '*.md', '?', '[ab]', '\\a');
const names = fc.constantFrom('a', 'b', 'ab', 'x.md', 'y.md', 'lib');
const joined = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((all) => all.join('/'));
const texts = fc
  .array(
    fc.tuple(fc.boolean(), joined(parts)).map(([exception, path]) => `${exception ? '!' : ''}${path}`),
    { maxLength: 8 },
  )
  .map((lines) => lines.join('\n'));

/** Each pattern in turn on each folder above: what the answers mean, without an index. */
function plainly(
  { patterns }: IgnoreRules,
  path: string,
): { readonly ignored: boolean; readonly opens: boolean } {
  const above = path.split('/').map((_, index, all) => all.slice(0, index + 1).join('/'));
  let matched = patterns.map(() => false);
  let ignored = false;
  for (const at of above) {
    ignored = false;
    matched = patterns.map((pattern, index) => {
      const isMatch = matched[index] === true || (pattern.exception === ignored && pattern.matches(at));
      if (isMatch) ignored = !pattern.exception;
      return isMatch;
    });
  }
  let closed = false;
  for (const { exception, matches } of patterns)
    if (exception === closed && above.some(matches)) closed = !exception;
  return { ignored, opens: !closed };
}

it('finds what trying every pattern finds', () => {
  fc.assert(
    fc.property(texts, joined(names), (text, path) => {
      const rules = parseIgnore(text);
      const { ignored, opens } = plainly(rules, path);
      expect({ ignored: isIgnored(rules, path) }).toEqual({ ignored });
      if (!ignored) expect({ opens: opensFiles(rules)(path) }).toEqual({ opens });
      const parent = path.split('/').slice(0, -1).join('/');
      const isBack = rules.patterns.some(({ exception, mayMatchIn }) => exception && mayMatchIn(parent));
      expect({ isBack: mayContainIncluded(rules, parent) }).toEqual({ isBack });
    }),
    { numRuns: 3000 },
  );
});

it('asks no more than what can match, however many rules there are', () => {
  const lines = [...Array(2000).keys()].map((index) => `/packages/p${index}`);
  const { patterns } = parseIgnore(['**/*.md', ...lines, '!/packages/p7/package.json'].join('\n'));
  let asked = 0;
  const rules = {
    patterns: patterns.map((pattern) => ({
      ...pattern,
      matches: (path: string): boolean => {
        asked++;
        return pattern.matches(path);
      },
    })),
  };
  const folder = matchEntry(rules, 'packages', undefined).matches;
  const gone = matchEntry(rules, 'packages/p7', folder);
  expect(gone.ignored).toBe(true);
  expect(matchEntry(rules, 'packages/p7/package.json', gone.matches).ignored).toBe(false);
  expect(matchEntry(rules, 'packages/p7/a.ts', gone.matches).ignored).toBe(true);
  expect(asked).toBeLessThan(12);
});
