import { parsePep440 } from './pep440';

// Normal forms of the specification, "Normalization".
it.each([
  ['1.2.3', '1.2.3', false],
  ['v1.0', '1.0', false],
  ['01.02', '1.2', false],
  ['1.1RC1', '1.1rc1', true],
  ['1.1a1', '1.1a1', true],
  ['1.1.alpha_1', '1.1a1', true],
  ['1.1-preview', '1.1rc0', true],
  ['1.2-post2', '1.2.post2', true],
  ['1.2.post', '1.2.post0', true],
  ['1.0-1', '1.0.post1', true],
  ['1.0.r4', '1.0.post4', true],
  ['1.2.dev2', '1.2.dev2', true],
  ['1!2.0', '1!2.0', false],
  ['0!2.0', '2.0', false],
  ['1.0b2.post345.dev456', '1.0b2.post345.dev456', true],
  ['1.0+Ubuntu-1', '1.0+ubuntu.1', false],
])('%s is %s', (text, version, special) => {
  expect(parsePep440(text)).toMatchObject({ version, special });
});

it.each(['', 'latest', '1.2.x', '1..2', '1.2-', 'v', '1.0+', '1.2.3-alpine'])('%j is no version', (text) => {
  expect(parsePep440(text)).toBeUndefined();
});

it('fills in what is not named', () => {
  expect(parsePep440('7')).toMatchObject({ major: '7', minor: '0', patch: '0' });
});
