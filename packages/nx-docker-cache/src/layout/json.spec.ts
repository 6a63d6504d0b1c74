import { parseJsonObject, withoutBom } from './json';

it.each<[string, string, unknown]>([
  ['an object', '{"a":1}', { a: 1 }],
  ['comments and commas at the end', '{ // one\n "a": "//x", /* two */ }', { a: '//x' }],
  ['a byte order mark', '\uFEFF{"a":1}', { a: 1 }],
  ['a byte order mark before comments', '\uFEFF// one\n{"a":1}', { a: 1 }],
  ['no object', '[1]', undefined],
  ['no JSON', '{', undefined],
])('reads %s', (_, text, expected) => {
  expect(parseJsonObject(text)).toEqual(expected);
});

it('takes one byte order mark off, at the beginning', () => {
  expect(withoutBom('\uFEFFa\uFEFF')).toBe('a\uFEFF');
  expect(withoutBom('a')).toBe('a');
});
