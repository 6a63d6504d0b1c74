import { parseEnvFile } from './env-file';

const parse = (text: string) => parseEnvFile({ path: '.env', text });

it.each<[string, [string, string | undefined][]]>([
  [
    'A=1\r\nB=2\r\n',
    [
      ['A', '1'],
      ['B', '2'],
    ],
  ],
  ['\uFEFFA=1', [['A', '1']]],
  ['# A=1\n\n  #B', []],
  ['  A="x" # y ', [['A', '"x" # y ']]],
  [
    'A=b=c\nB=',
    [
      ['A', 'b=c'],
      ['B', ''],
    ],
  ],
  ['HOME', [['HOME', undefined]]],
])('%j', (text, expected) => {
  expect(parse(text)).toEqual(expected);
});

it.each(['=hush', 'A =hush', 'export A=hush', 'A B'])('refuses %j by its number alone', (line) => {
  const refused = expect.objectContaining({
    code: 'INVALID_OPTIONS',
    message: expect.stringContaining('line 2'),
  });
  expect(() => parse(`X=1\n${line}`)).toThrow(refused);
  expect(() => parse(`X=1\n${line}`)).not.toThrow(/hush/);
});
