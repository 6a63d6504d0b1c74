import { parseReceipt } from './receipt';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const RECEIPT = {
  version: 1,
  project: 'api',
  image: 'r.test/api',
  digest: DIGEST,
  pushed: true,
  trust: 'trusted',
};
const parse = (json: unknown) => parseReceipt(JSON.stringify(json), 'receipt.json');

it('reads what publishing needs', () => {
  expect(parse({ ...RECEIPT, commit: 'c0ffee', steps: {} })).toEqual({
    ...{
      project: 'api',
      image: 'r.test/api',
      digest: DIGEST,
      pushed: true,
      commit: 'c0ffee',
      trust: 'trusted',
    },
    platforms: [],
    inputs: [],
    stages: [],
  });
});

it('reads stages, and leaves out those without a digest', () => {
  const stages = [{ stage: 'builder', digest: DIGEST, refs: [] }, { stage: 'prod' }];
  expect(parse({ ...RECEIPT, stages }).stages).toEqual([
    { stage: 'builder', image: 'r.test/api', digest: DIGEST },
  ]);
});

it.each<[string, unknown, RegExp]>([
  ['another version', { ...RECEIPT, version: 2 }, /version/],
  ['a digest that is none', { ...RECEIPT, digest: 'latest' }, /digest: expected sha256:/],
  ['an image that is none', { ...RECEIPT, image: 'a b' }, /image: expected the name of an image/],
  ['no object', 'x', /expected object/],
])('refuses %s', (_, json, found) => {
  expect(() => parse(json)).toThrow(
    expect.objectContaining({ code: 'RECEIPT_INVALID', found: expect.stringMatching(found) }),
  );
});

it('refuses what is no JSON', () => {
  expect(() => parseReceipt('{', 'receipt.json')).toThrow(
    expect.objectContaining({ code: 'RECEIPT_INVALID' }),
  );
});
