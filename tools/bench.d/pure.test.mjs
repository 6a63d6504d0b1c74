import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { replaceSection } from './document.mjs';
import { costOf } from './graph.mjs';
import { graphMarkdown } from './graph-markdown.mjs';
import { markdown, targetTable, tasksMarkdown } from './markdown.mjs';
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

/** Turns of which the second is a slow one, for all. */
const turns = (...ms) => ms.map((value) => ({ ms: value, cpuMs: value / 2 }));
const TIMES = { none: turns(1000, 3000, 1000), ours: turns(1100, 3200, 1100), peer: turns(1500, 3400, 1500) };

describe('costOf', () => {
  it('compares within a turn', () => {
    assert.equal(costOf(TIMES, 'ours', 'ms'), 100);
    assert.equal(costOf(TIMES, 'peer', 'cpuMs'), 250);
  });
});

describe('graphMarkdown', () => {
  it('shows what each plugin costs, and the ratio', () => {
    const text = graphMarkdown({
      ...{ date: '2025-01-03', machine: 'a machine', node: '20', npm: '10' },
      graph: {
        ...{ nx: '23', projects: 500, load: [1, 2] },
        times: { cold: TIMES, warm: { ...TIMES, ours: TIMES.peer } },
        edges: { none: 0, ours: 375, peer: 0 },
        parsed: { anew: 1, known: 499 },
      },
    });
    assert.match(
      text,
      /\*\*nx-docker-cache\*\* \| 1\.10 \(\+0\.10\) \| 0\.55 \(\+0\.05\) \| 1\.50 \(\+0\.50\)/,
    );
    assert.match(text, /cold, ours against @nx\/docker \| ≤ 0\.5 \| 0\.20 \| yes/);
    assert.match(text, /warm, ours against @nx\/docker \| ≤ 0\.5 \| 1\.00 \| no/);
    assert.match(text, /375 with ours/);
  });
});

describe('replaceSection', () => {
  const document =
    'a\n<!-- bench:builds:start -->\nb\n<!-- bench:builds:end -->\nc\n<!-- bench:graph:start -->\nd\n<!-- bench:graph:end -->\n';

  it('leaves the other sections as they are', () => {
    const text = replaceSection(document, 'graph', 'new');
    assert.equal(text, document.replace('\nd\n', '\n\nnew\n\n'));
  });

  it('refuses a document without the section', () => {
    assert.throws(() => replaceSection(document, 'other', 'new'), /bench:other:start/);
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

  it('keeps stages with tasks apart from the other builds', () => {
    const of = { 'ours-tasks': 7.4, 'blog2-tasks': 10 };
    const all = Object.fromEntries(
      Object.entries(of).map(([id, value]) => [id, { cold: value, changed: value, unchanged: value }]),
    );
    const result = {
      ...{ date: '2025-01-03', machine: 'a machine', versions: {}, runs: 3, load: [1, 2] },
      ...{ seconds: all, small: {}, targets: judge((peer, scenario) => all[peer]?.[scenario], {}) },
    };
    const text = tasksMarkdown(result);
    assert.match(text, /Load of the machine 1\.0 before, 2\.0 after/);
    assert.match(text, /`publish` \| 7\.40 \| 7\.40 \| 7\.40 \|/);
    assert.match(text, /cold, against script 2 with the same \| ≤ 0\.8 \| 0\.74 \| yes/);
    assert.match(text, /- Missed, stages, three tasks and publishing, source changed/);
    assert.doesNotMatch(markdown(result), /three (tasks|checks)|stage tasks/);
  });

  it('says by how much a target is missed, and why', () => {
    const rows = judge((peer) => (peer === 'ours' ? 11.01 : 10), {});
    const text = targetTable(rows.filter(({ id }) => id === 'cold')).join('\n');
    assert.match(text, /\| ≤ 1\.1 \| 1\.101 \| no \|/);
    assert.match(text, /- Missed, cold/);
  });
});
