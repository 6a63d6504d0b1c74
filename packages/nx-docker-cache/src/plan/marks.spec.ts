import { COMMIT } from '../../test/fakes/facts';
import { marksOf } from './marks';

const BRANCH = { commit: COMMIT, gitTag: undefined, pullRequest: undefined };
const TAG = { ...BRANCH, gitTag: 'v1.2.3' };
const read = (...of: Parameters<typeof marksOf>): string[] => marksOf(...of).read.map(({ text }) => text);

it('takes of no lesser tier, unless the options widen that', () => {
  expect(read('trusted', BRANCH, true)).toEqual(['t']);
  expect(read('trusted', BRANCH, 'repository')).toEqual(['t', 'i']);
  expect(read('internal', BRANCH, true)).toEqual(['t', 'i']);
  expect(marksOf('untrusted', BRANCH, true)).toMatchObject({ own: undefined, read: [{}, {}] });
});

it('for a git tag takes nothing that a branch or another git tag has left', () => {
  const { own } = marksOf('internal', TAG, true);
  expect(own).toEqual({ text: expect.stringMatching(/^i[0-9a-f]{8}$/), tier: 'internal' });
  expect(read('internal', TAG, true)).toEqual(['t', own!.text]);
  const others = [
    { ...TAG, gitTag: 'v6.6.6' },
    { ...TAG, commit: 'f'.repeat(40) },
    { ...TAG, pullRequest: '7' },
  ];
  for (const other of others) expect(marksOf('internal', other, true).own?.text).not.toBe(own!.text);
  expect(read('internal', TAG, 'repository')).toEqual(['t', own!.text, 'i']);
});
