import { annotationLevels } from './annotations';

const of = (key: string) => annotationLevels({ [key]: 'v' }, 'linux/arm64');

it('is said of manifest and index where no level is named', () => {
  expect(of('a.b')).toEqual({ manifest: { 'a.b': 'v' }, index: { 'a.b': 'v' }, descriptor: {} });
});

it.each([
  ['index:a', { manifest: {}, index: { a: 'v' }, descriptor: {} }],
  ['manifest:a', { manifest: { a: 'v' }, index: {}, descriptor: {} }],
  ['manifest[linux/arm64],index:a', { manifest: { a: 'v' }, index: { a: 'v' }, descriptor: {} }],
  ['manifest[linux/amd64]:a', { manifest: {}, index: {}, descriptor: {} }],
  ['manifest-descriptor[linux/arm64]:a', { manifest: {}, index: {}, descriptor: { a: 'v' } }],
  ['index-descriptor:a', { manifest: {}, index: {}, descriptor: {} }],
])('%s', (key, levels) => {
  expect(of(key)).toEqual(levels);
});
