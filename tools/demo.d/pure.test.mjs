import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { promises } from './promises.mjs';
import { table } from './screen.mjs';

const built = (executed, caches = []) => ({
  status: 'built',
  digest: 'sha256:1',
  steps: { executed, fetched: 0, cached: 0 },
  caches,
});
const all = (receipt) => ({ api: receipt, gateway: receipt, worker: receipt });
const D_CACHES = [
  { direction: 'from', scope: 'main', result: 'used' },
  { direction: 'to', scope: 'feature-x', result: 'written' },
];

/** A demonstration in which all went well. */
const GOOD = {
  A: all(built(9)),
  B: all(built(0)),
  C: { ...all(built(0)), api: built(4) },
  D: { api: built(7, D_CACHES), gateway: built(4, D_CACHES), worker: built(0) },
};
const MAIN = new Map([
  ['api', 'x'],
  ['gateway', 'y'],
  ['worker', 'z'],
]);
const broken = (receipts, after = MAIN) =>
  promises(receipts, MAIN, after)
    .filter(({ holds }) => !holds)
    .map(({ text }) => text);

describe('the promises', () => {
  it('hold where all went well', () => assert.deepEqual(broken(GOOD), []));

  it('do not hold where agent B executed a step', () => {
    assert.deepEqual(broken({ ...GOOD, B: { ...all(built(0)), worker: built(1) } }), ['B executed nothing']);
  });

  it('do not hold where too much was executed', () => {
    assert.equal(broken({ ...GOOD, C: { ...GOOD.C, gateway: built(1) } }).length, 1);
    assert.equal(broken({ ...GOOD, D: { ...GOOD.D, api: built(14, D_CACHES) } }).length, 1);
  });

  it("do not hold where main's cache was written", () => {
    const caches = [D_CACHES[0], { direction: 'to', scope: 'main', result: 'written' }];
    assert.equal(broken({ ...GOOD, D: { ...GOOD.D, api: built(7, caches) } }).length, 1);
    assert.equal(broken(GOOD, new Map([...MAIN, ['api', 'other']])).length, 1);
  });
});

describe('table', () => {
  it('aligns texts to the left and numbers to the right', () => {
    const [, row] = table(
      [
        ['project', 'count'],
        ['api', '1'],
      ],
      [1],
    );
    assert.equal(row.trim(), 'api           1');
  });
});
