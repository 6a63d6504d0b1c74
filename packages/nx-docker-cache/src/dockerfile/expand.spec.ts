import { expandWord } from './expand';
import type { Variable } from './scope';

const VALUES: Readonly<Record<string, string>> = {
  A: 'abcabc',
  FILE: 'dir/app.tar.gz',
  E: '',
  V: '1.2.3',
  S: 'a*b',
};

function lookup(name: string): Variable {
  if (name in VALUES) return { state: 'set', value: VALUES[name]! };
  return name === 'BASE'
    ? { state: 'unknown', reason: 'of the base' }
    : { state: 'unset', reason: `${name} is not set` };
}

describe('expandWord', () => {
  // Each was compared with BuildKit (Docker 28.5), with some hundred random words more.
  test.each([
    ['plain', 'plain'],
    ['$A', 'abcabc'],
    ['x${A}y', 'xabcabcy'],
    ['$Ax$A', undefined],
    ['$', '$'],
    ['a$', 'a$'],
    ['\\$A', '$A'],
    ["'$A'", '$A'],
    ['"$A b"', 'abcabc b'],
    ['"a\\"b\\c"', 'a"b\\c'],
    ['a\\ b', 'a b'],
    ['${U:-x}', 'x'],
    ['${U-x}', 'x'],
    ['${E:-x}', 'x'],
    ['${E-x}', ''],
    ['${A:-x}', 'abcabc'],
    ['${A:+x}', 'x'],
    ['${E:+x}', ''],
    ['${E+x}', 'x'],
    ['${U:+x}', ''],
    ['${U:-${W:-$A}}', 'abcabc'],
    ['${U:-a b}', 'a b'],
    ['${A:?no}', 'abcabc'],
    ['${FILE%.*}', 'dir/app.tar'],
    ['${FILE%%.*}', 'dir/app'],
    ['${FILE#*/}', 'app.tar.gz'],
    ['${FILE##*.}', 'gz'],
    ['${A#?b}', 'cabc'],
    ['${A#x}', 'abcabc'],
    ['${S#a\\*}', 'b'],
    ['${A/b/X}', 'aXcabc'],
    ['${A//b/X}', 'aXcaXc'],
    ['${A/b*/X}', 'aX'],
    ['${V//./-}', '1-2-3'],
    ['${FILE/\\//_}', 'dir_app.tar.gz'],
  ])('%s', (word, expected) => {
    const expansion = expandWord(word, lookup, '\\');
    expect(expansion.ok ? expansion.text : undefined).toBe(expected);
  });

  test.each([
    ['$U', 'unknown', 'U is not set'],
    ['${U}', 'unknown', 'U is not set'],
    ['$BASE', 'unknown', 'of the base'],
    ['${BASE:-x}', 'unknown', 'of the base'],
    ['${BASE:+x}', 'unknown', 'of the base'],
    ['${U#x}', 'unknown', 'U is not set'],
    ['${U:?give it}', 'unknown', 'U: give it'],
    ['${A', 'syntax', "'}' is missing"],
    ['${}', 'syntax', 'bad substitution'],
    ['${:x}', 'syntax', 'bad substitution'],
    ['${A@Q}', 'syntax', 'the modifier @ is not supported'],
    ['${A:=x}', 'syntax', 'the modifier := is not supported'],
    ['"a', 'syntax', 'a " has no partner'],
    ["'a", 'syntax', "a ' has no partner"],
    ['${A/b}', 'syntax', "'/' in ${} is missing"],
    ['${A#\\b}', 'syntax', 'the pattern \\b is not usable'],
  ])('%s is %s: %s', (word, problem, reason) => {
    expect(expandWord(word, lookup, '\\')).toMatchObject({ ok: false, problem, reason });
  });

  test('tells the names it used', () => {
    expect([...expandWord('$A/${U:-${E}}', lookup, '\\').names].sort()).toEqual(['A', 'E', 'U']);
  });

  test('a backtick escapes where the directive says so', () => {
    expect(expandWord('c:\\a`$A', lookup, '`')).toMatchObject({ text: 'c:\\a$A' });
  });

  test.each([
    ['nesting', '${U:-'.repeat(50_000)],
    ['many stars', `\${LONG##${'*a'.repeat(500)}b}`],
    ['a long replacement', '${LONG//a*a*a/${LONG}}'],
    ['doubling', '$LONG'.repeat(1000)],
  ])('bounded time: %s', (_, word) => {
    const long = { state: 'set', value: 'a'.repeat(10_000) } as const;
    const start = process.cpuUsage();
    expect(expandWord(word, (name) => (name === 'LONG' ? long : lookup(name)), '\\').ok).toBe(false);
    expect(process.cpuUsage(start).user / 1e6).toBeLessThan(5);
  });
});
