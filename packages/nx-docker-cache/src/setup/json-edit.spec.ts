import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { addAt, appendTo, type Json } from './json-edit';

describe('adding to JSON that people wrote', () => {
  it.each<[string, string, string[], Json, string]>([
    ['an empty object', '{}', ['a'], 1, '{\n  "a": 1\n}'],
    ['a file', '{\n  "a": 1\n}\n', ['b'], [1, 'x'], '{\n  "a": 1,\n  "b": [1, "x"]\n}\n'],
    ['one line', '{ "a": 1 }', ['b', 'c'], 2, '{ "a": 1, "b": { "c": 2 } }'],
    ['tabs', '{\n\t"a": {\n\t}\n}\n', ['a', 'b'], true, '{\n\t"a": {\n\t\t"b": true\n\t}\n}\n'],
    ['a comma at the end', '{\n  "a": 1,\n}\n', ['b'], 2, '{\n  "a": 1,\n  "b": 2\n}\n'],
    [
      'comments',
      '// top\n{\n    "a": 1, // one\n    "b": 2 /* two */ // and more\n    // last\n}\n',
      ['c'],
      {},
      '// top\n{\n    "a": 1, // one\n    "b": 2, /* two */ // and more\n    // last\n    "c": {}\n}\n',
    ],
    [
      'a comment in an empty object',
      '{\n  // nothing yet\n}\n',
      ['a'],
      1,
      '{\n  "a": 1\n  // nothing yet\n}\n',
    ],
    [
      'CRLF',
      '{\r\n  "a": 1\r\n}\r\n',
      ['b'],
      { c: 1 },
      '{\r\n  "a": 1,\r\n  "b": {\r\n    "c": 1\r\n  }\r\n}\r\n',
    ],
    ['a byte order mark', '\uFEFF{\n  "a": 1\n}\n', ['b'], 2, '\uFEFF{\n  "a": 1,\n  "b": 2\n}\n'],
    ['names like others', '{"a":{"b":1}}', ['b'], 2, '{"a":{"b":1}, "b": 2}'],
  ])('%s', (_, before, path, value, after) => {
    expect(addAt(before, path, value)).toBe(after);
  });

  it('leaves a byte order mark where it is, in lists too', () => {
    expect(appendTo('\uFEFF{"a":[1]}', ['a'], 2)).toBe('\uFEFF{"a":[1, 2]}');
    expect(appendTo('\uFEFF{}', ['a'], 2)).toBe('\uFEFF{\n  "a": [2]\n}');
  });

  it('replaces nothing, and steps on nothing', () => {
    expect(addAt('{"a":null}', ['a'], 1)).toBeUndefined();
    expect(addAt('{"a":[1]}', ['a', 'b'], 1)).toBeUndefined();
    expect(addAt('{"a":"x"}', ['a', 'b', 'c'], 1)).toBeUndefined();
  });

  it.each(['', '[]', '{"a":', 'no', '{"a":1}}'])('refuses %j', (text) => {
    expect(() => addAt(text, ['a'], 1)).toThrow(SyntaxError);
  });

  it('breaks a list that is too long for a line', () => {
    const items = Array.from({ length: 12 }, (_, index) => `variable-${index}`);
    const written = addAt('{\n  "a": 1\n}', ['list'], items)!;
    expect(written).toContain('\n    "variable-0",\n    "variable-1",\n');
    expect(Math.max(...written.split('\n').map((line) => line.length))).toBeLessThan(80);
  });

  it('appends to lists', () => {
    expect(appendTo('{\n  "l": [\n    "a" // first\n  ]\n}', ['l'], { b: 1 })).toBe(
      '{\n  "l": [\n    "a", // first\n    {\n      "b": 1\n    }\n  ]\n}',
    );
    expect(() => appendTo('{"l": 1}', ['l'], 'a')).toThrow('"l" is not a list');
  });

  it('keeps every value and every character that was there', () => {
    const key = fc.stringMatching(/^[a-z"/\\]{1,4}$/);
    const json = fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5, noNullPrototype: true });
    const form = fc.constantFrom<string | number | undefined>(undefined, 2, '\t');
    fc.assert(
      fc.property(json, form, key, fc.jsonValue({ maxDepth: 2 }), (object, indent, name, value) => {
        const before = JSON.stringify(object, undefined, indent);
        const after = addAt(before, [name], value as Json);
        if (Object.hasOwn(object, name)) return after === undefined;
        expect(JSON.parse(after!)).toEqual(JSON.parse(JSON.stringify({ ...object, [name]: value })));
        const kept = before.replace(/\s*\}$/, '');
        return after!.startsWith(kept);
      }),
    );
  });

  it('gives what jsonc-parser reads as meant, with comments anywhere', () => {
    const text = '/*a*/{/*b*/"x"/*c*/:/*d*/1/*e*/,/*f*/"y":[/*g*/2/*h*/,/*i*/]/*j*/,/*k*/}/*l*/';
    const both = appendTo(addAt(text, ['z'], 3)!, ['y'], 4);
    expect(parse(both, [], { allowTrailingComma: true })).toEqual({ x: 1, y: [2, 4], z: 3 });
    for (const letter of 'abcdefghijkl') expect(both).toContain(`/*${letter}*/`);
  });
});
