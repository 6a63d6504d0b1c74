import { expandExpressions } from './expression';

const VALUES = { branch: 'main', date: (format: string, zone: string) => `${format}@${zone}` };
const expand = (template: string): string => expandExpressions(template, VALUES, 'tags.0');

it.each([
  ['a-{{branch}}-b', 'a-main-b'],
  ['{{ branch }}', 'main'],
  [`{{date 'YYYY'}}`, 'YYYY@UTC'],
  [`{{date "YYYY" tz="Europe/Berlin"}}`, 'YYYY@Europe/Berlin'],
  ['{branch}', '{branch}'],
])('%s gives %s', (template, text) => {
  expect(expand(template)).toBe(text);
});

it.each<[string, RegExp]>([
  ['{{brnch}}', /Did you mean \{\{branch\}\}\?/],
  ['{{#if x}}', /Correct the name/],
  ['{{}}', /Correct the name/],
  ['{{date}}', /Correct the expression/],
  [`{{branch 'x'}}`, /Correct the expression/],
])('refuses %s', (template, hint) => {
  expect(() => expand(template)).toThrow(
    expect.objectContaining({ code: 'INVALID_TEMPLATE', hint: expect.stringMatching(hint) }),
  );
});
