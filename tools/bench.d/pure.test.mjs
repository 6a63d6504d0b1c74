import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { markdown, targetTable } from './markdown.mjs';
import { median } from './stats.mjs';
import { judge } from './targets.mjs';

const SECONDS = {
  blog1: { cold: 15, changed: 12, unchanged: 5.3 },
  buildx: { cold: 17, changed: 8, unchanged: 5 },
  plain: { cold: 14 },
  ours: { cold: 15, changed: 7.2, unchanged: 1.5 },
  'link-gateway': { cold: 9, changed: 0.5, unchanged: 0.4 },
};
const seconds = (peer, scenario) => SECONDS[peer]?.[scenario];
const byId = (rows) => Object.fromEntries(rows.map((row) => [row.id, row]));

describe('median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.equal(median([]), undefined);
  });
});

describe('judge', () => {
  it('compares with the best of the others', () => {
    const { unchanged, changed, link } = byId(judge(seconds, {}));
    assert.deepEqual([unchanged.reached, unchanged.ok], [0.3, false]);
    assert.deepEqual([changed.reached, changed.ok], [0.9, true]);
    assert.deepEqual([link.reached, link.ok], [0.0625, true]);
  });

  it('says nothing of what was not measured', () => {
    const rows = judge(() => undefined, {});
    assert.deepEqual(
      rows.map(({ reached, ok }) => [reached, ok]),
      rows.map(() => [undefined, undefined]),
    );
  });

  it('takes the larger of the peaks', () => {
    const small = { overhead: { ours: 700, docker: 600, peakMb: 60 }, peakMb: 70 };
    const { overhead, memory } = byId(judge(() => undefined, small));
    assert.deepEqual([overhead.reached, memory.reached], [100, 70]);
  });
});

describe('markdown', () => {
  it('shows what was measured and leaves out what was not', () => {
    const text = markdown({
      date: '2025-01-03',
      machine: 'a machine',
      versions: { docker: '28' },
      runs: 1,
      seconds: { plain: SECONDS.plain },
      small: {},
      targets: judge(seconds, {}),
    });
    assert.match(text, /1 run of everything/);
    assert.match(text, /without any cache \| 14\.00 \| – \| – \|/);
    assert.doesNotMatch(text, /--help/);
  });

  it('says by how much a target is missed, and why', () => {
    const rows = judge((peer) => (peer === 'ours' ? 11.01 : 10), {});
    const text = targetTable(rows.filter(({ id }) => id === 'cold')).join('\n');
    assert.match(text, /\| ≤ 1\.1 \| 1\.101 \| no \|/);
    assert.match(text, /- Missed, cold/);
  });
});
