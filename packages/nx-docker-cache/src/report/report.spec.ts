import { contentOf, planOf } from '../../test/fakes/facts';
import type { BuildOutcome, CacheOutcome, StepOutcome } from '../model/outcome';
import { bytes, Paint, seconds, shorten, table } from './format';
import { LiveReport } from './live';
import { formatPlan } from './plan';
import { receiptOf } from './receipt';
import { formatHeading, formatOutcome, formatSkip, formatWarnings, type Ran } from './text';

const plan = planOf({ source: { branch: 'topic' } });
const step = (status: StepOutcome['status'], more: Partial<StepOutcome> = {}): StepOutcome => ({
  digest: 'd',
  name: '[builder 2/3] RUN npm ci',
  stage: 'builder',
  status,
  seconds: 1.25,
  bytesFetched: 0,
  ...more,
});
const cache = (result: CacheOutcome['result'], message?: string): CacheOutcome => ({
  direction: 'from',
  ref: 'reg.test/acme/api:cache-main',
  scope: 'main',
  reason: 'default branch main',
  result,
  message,
});
const outcome = (more: Partial<BuildOutcome> = {}): BuildOutcome => ({
  ok: true,
  digest: 'sha256:made',
  steps: [
    step('executed', { digest: 'a' }),
    step('fetched', { digest: 'b', bytesFetched: 1_500_000 }),
    step('cached', { digest: 'c' }),
    step('cached', { digest: 'd' }),
  ],
  caches: [cache('used')],
  seconds: 12.3,
  retried: false,
  warnings: [],
  baseImages: [],
  triggers: [],
  ...more,
});

const ran = (more: Partial<Ran> = {}): Ran => ({ plan, outcome: outcome(), publish: undefined, ...more });

describe('the heading', () => {
  it('says what is built, for whom and whereto', () => {
    expect(formatHeading(plan, false)).toEqual([
      'api  apps/api/Dockerfile → builder → 1',
      '  scope   topic (branch topic), internal: branch topic of the same repository',
      '  cache   registry (a registry is known)',
      '  output  push reg.test/acme/api:0123456 (in CI the image is pushed)',
    ]);
  });

  it('says how much of the context is sent, or why all of it', () => {
    const lines = (prune: Partial<typeof plan.prune>) =>
      formatHeading({ ...plan, prune: { ...plan.prune, ...prune } }, false).filter((line) =>
        /^ +context/.test(line),
      );
    const sent = { before: { files: 40, bytes: 5_000_000 }, after: { files: 4, bytes: 2000 } };
    expect(lines({ asked: 'graph', mode: 'graph', sent })).toEqual([
      '  context  4 of 40 files, 2 kB of 5.0 MB (prune: graph)',
    ]);
    expect(lines({ asked: 'graph', mode: 'off', reason: 'a link' })).toEqual([
      '  context  prune: off (a link)',
    ]);
    expect(lines({ mode: 'sources', sent: { before: sent.after, after: sent.after } })).toEqual([]);
    expect(lines({ asked: undefined, mode: 'off' })).toEqual([]);
  });

  it('says what keeps the build from being skipped, the first three reasons', () => {
    const obstacles = ['a', 'b', 'c', 'd', 'e'].map((reason, line) => ({ line, reason }));
    const lines = formatHeading({ ...plan, skip: { ...plan.skip, obstacles } }, false);
    expect(lines.slice(-4)).toEqual([
      '  never skipped:  apps/api/Dockerfile:0 a',
      '                  apps/api/Dockerfile:1 b',
      '                  apps/api/Dockerfile:2 c',
      '                  and 2 more',
    ]);
  });

  it('warns, with what to do', () => {
    expect(formatWarnings([{ code: 'X', message: 'so', hint: 'do this' }], false)).toEqual([
      '  warning X: so',
      '          do this',
    ]);
  });

  it('says where nothing is kept', () => {
    const nothing = planOf({ options: { load: false, push: false } });
    expect(formatHeading(nothing, false).join('\n')).toContain('nothing is kept but the build itself');
  });
});

describe('the outcome', () => {
  it('counts steps, and names caches and references', () => {
    expect(formatOutcome([ran()], [], 'receipt.json', false)).toEqual([
      '✔ api  1 executed · 1 fetched · 2 cached · 1.5 MB pulled · 12 s',
      '  cache ←  used    reg.test/acme/api:cache-main  (default branch main)',
      '  image    pushed  reg.test/acme/api:0123456@sha256:made',
      '  receipt          receipt.json',
    ]);
  });

  it('of two stages counts what they share once, and lists what each left', () => {
    const builder = { ...plan, target: 'builder', tags: ['reg.test/acme/api:builder-0123456'] };
    const other = outcome({
      steps: [step('cached', { digest: 'a' }), step('executed', { digest: 'e' })],
      digest: 'sha256:builder',
      caches: [],
    });
    const text = formatOutcome([ran(), ran({ plan: builder, outcome: other })], [], undefined, false);
    expect(text[0]).toContain('2 executed · 1 fetched · 2 cached');
    expect(text.at(-1)).toContain('reg.test/acme/api:builder-0123456@sha256:builder');
  });

  it('says what was lost, on one line each', () => {
    const lines = formatOutcome(
      [ran({ outcome: outcome({ caches: [cache('lost', `500\n${'x'.repeat(300)}`)] }) })],
      [],
      undefined,
      false,
    );
    expect(lines[1]).toBe('  cache ←  lost    reg.test/acme/api:cache-main  (default branch main; 500)');
    const missing = formatOutcome(
      [ran({ outcome: outcome({ caches: [cache('missing', 'not found')] }) })],
      [],
      undefined,
      false,
    );
    expect(missing[1]).not.toContain('not found');
  });

  it('names no reference where the build failed', () => {
    const lines = formatOutcome([ran({ outcome: outcome({ ok: false }) })], [], undefined, false).join('\n');
    expect(lines).toMatch(/^✘ api/);
    expect(lines).not.toContain('pushed');
  });

  it('says where a tag is not what was pushed', () => {
    const tags = [{ ref: 'reg.test/acme/api:0123456', verified: false, message: 'holds another' }];
    expect(formatOutcome([ran({ publish: { tags } })], [], undefined, false).join('\n')).toContain(
      '(not verified: holds another)',
    );
  });

  it('of a skip says where it was found', () => {
    const skip = {
      digest: 'sha256:old',
      from: 'reg.test/acme/api:key-t-x',
      promoted: ['reg.test/acme/api:1'],
    };
    const text = formatSkip('api', [{ key: 'k'.repeat(64), skip }], 0.4, 'r.json', false).join('\n');
    expect(text).toMatch(
      /skipped[^]*found at reg\.test\/acme\/api:key-t-x[^]*reg\.test\/acme\/api:1@sha256:old/,
    );
  });
});

describe('the plan for a person', () => {
  it('has stages, caches and the command', () => {
    const text = formatPlan(planOf({ options: { target: 'builder', buildArgs: { A: "it's" } } }), false).join(
      '\n',
    );
    expect(text).toMatch(/stage +builder +node:20\n/);
    expect(text).toMatch(/stage +1 +node:20-slim +not needed/);
    expect(text).toMatch(/cache from +reg\.test\/acme\/api:cache-main/);
    expect(text).toContain(`'A=it'\\''s'`);
  });
});

describe('the receipt', () => {
  it('holds what later steps need', () => {
    const unit = {
      plan,
      content: contentOf(),
      status: 'built',
      outcome: outcome(),
      imageId: undefined,
      parts: [],
    } as const;
    const beside = {
      ...unit,
      plan: { ...plan, target: 'builder', tags: ['reg.test/acme/api:builder-0123456'] },
      status: 'skipped',
      outcome: { digest: 'sha256:builder', steps: [], caches: [], baseImages: [] },
    } as const;
    const run = { project: 'api', finished: new Date(0), seconds: 2, buildSeconds: 2 };
    const receipt = receiptOf([unit, beside], run);
    expect(receipt).toMatchObject({
      version: 1,
      digest: 'sha256:made',
      refs: ['reg.test/acme/api:0123456'],
      pushed: true,
      loaded: false,
      scope: 'topic',
      trust: 'internal',
      steps: { executed: 1, fetched: 1, cached: 2 },
      finished: '1970-01-01T00:00:00.000Z',
      stages: [
        { stage: '1', status: 'built', digest: 'sha256:made', refs: ['reg.test/acme/api:0123456'] },
        { stage: 'builder', status: 'skipped', digest: 'sha256:builder' },
      ],
    });
  });
});

describe('live lines', () => {
  const live = (
    mode: 'auto' | 'plain' | 'quiet',
    columns?: number,
  ): { lines: string[]; report: LiveReport } => {
    const lines: string[] = [];
    return {
      lines,
      report: new LiveReport({ write: (line) => lines.push(line), colors: false, columns, mode }),
    };
  };

  it('tell each step, its time and what it fetched', () => {
    const { lines, report } = live('auto');
    report.step(step('fetched', { bytesFetched: 2_000 }));
    report.log('x', 'not shown');
    report.note('a note');
    expect(lines[0]).toMatch(/^ {2}fetched {3}\[builder 2\/3\] RUN npm ci +1\.3 s {2}2 kB$/);
    expect(lines.slice(1)).toEqual(['  · a note']);
  });

  it('have the output in plain mode, line by line', () => {
    const { lines, report } = live('plain');
    report.log('[builder 2/3] RUN npm ci', 'one\ntwo\n');
    expect(lines).toEqual(['  [builder 2/3] │ one', '  [builder 2/3] │ two']);
  });

  it('are none in quiet mode', () => {
    const { lines, report } = live('quiet');
    report.step(step('executed'));
    report.log('x', 'y');
    report.note('z');
    expect(lines).toEqual([]);
  });

  it('fit a narrow terminal', () => {
    const { lines, report } = live('auto', 60);
    report.step(step('executed', { name: `[1/1] RUN ${'x'.repeat(200)}` }));
    expect(lines[0]?.length).toBeLessThanOrEqual(60);
    expect(lines[0]).toContain('…');
  });
});

describe('formats', () => {
  it.each([
    [0.04, '0.0 s'],
    [9.96, '10.0 s'],
    [12.3, '12 s'],
    [119, '119 s'],
    [150, '2.5 min'],
  ])('%d seconds', (value, text) => {
    expect(seconds(value)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_500, '2 kB'],
    [1_500_000, '1.5 MB'],
    [2_500_000_000, '2.50 GB'],
  ])('%d bytes', (value, text) => {
    expect(bytes(value)).toBe(text);
  });

  it('aligns columns as they are shown, colours left out', () => {
    const paint = new Paint(true);
    const [first = '', second = ''] = table([
      [paint.text('red', 'a'), 'x'],
      ['bbb', 'y'],
    ]);
    // eslint-disable-next-line no-control-regex -- the escape character is what starts a colour
    expect(first.replace(/\u001b\[\d+m/g, '').indexOf('x')).toBe(second.indexOf('y'));
    expect(first).toContain('\u001b[31m');
    expect(new Paint(false).text('red', 'a')).toBe('a');
  });

  it('shortens', () => {
    expect([shorten('abc', 3), shorten('abcd', 3)]).toEqual(['abc', 'ab…']);
  });
});
