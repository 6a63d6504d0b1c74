import { formatRun, type RunRow } from './run-table';

const row = (project: string, more: Partial<RunRow>): RunRow => ({
  ...{ project, ok: true, skip: undefined, outcome: undefined, receipt: undefined, why: '' },
  ...more,
});
const step = (status: 'executed' | 'cached', digest: string) => ({
  ...{ digest, name: 'x', stage: undefined, status, seconds: 1, bytesFetched: 0 },
});
const outcome = {
  ...{ ok: true, digest: 'sha256:x', caches: [], seconds: 12, retried: false, warnings: [], baseImages: [] },
  ...{ triggers: [], steps: [step('executed', 'a'), step('cached', 'b')] },
};

it('a run is a line for each project, and how many of which', () => {
  const lines = formatRun(
    [
      row('api', { outcome, why: 'COPY src src: content or names of its 3 files changed' }),
      row('web', {
        skip: { digest: 'sha256:y', from: 'reg/web:key-t-1', promoted: [] },
        why: 'found at reg/web:key-t-1',
      }),
      row('gateway', { ok: false, outcome: { ...outcome, ok: false }, why: 'step failed: RUN x\nwith more' }),
    ],
    12.4,
    false,
  );
  expect(lines).toEqual([
    '3 projects  1 built · 1 skipped · 1 failed · 12 s',
    '  api      built    12 s  1 executed · 0 fetched · 1 cached  COPY src src: content or names of its 3 files changed',
    '  web      skipped                                           found at reg/web:key-t-1',
    '  gateway  failed   12 s  1 executed · 0 fetched · 1 cached  step failed: RUN x',
  ]);
});
