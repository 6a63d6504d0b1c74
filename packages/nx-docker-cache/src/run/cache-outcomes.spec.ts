import { planOf } from '../../test/fakes/facts';
import { recorded, RECORDED_IMAGE, type Recording } from '../../test/fakes/recorded';
import type { BuildPlan, CacheSource } from '../model/plan';
import { cacheOutcomes, cacheWarnings, outcome } from './cache-outcomes';
import type { ChosenCaches } from './caches';
import { StepTracker } from './steps';

const REF = `${RECORDED_IMAGE}:cache-main`;
const source = (ref: string, kind: CacheSource['kind'] = 'registry', entry = ''): CacheSource => ({
  kind,
  ref,
  scope: 'main',
  reason: 'said so',
  entry,
});

const resultsOf = (
  name: Recording,
  caches: { from?: CacheSource[]; to?: CacheSource[]; dropped?: ChosenCaches['dropped']; seen?: string[] },
): (string | undefined)[][] => {
  const { from = [], to = [], dropped = [], seen = [] } = caches;
  const plan = { cache: { kind: 'registry', reason: '', from, to } } as unknown as BuildPlan;
  const tracker = new StepTracker();
  recorded(name).events.forEach((event) => tracker.add(event));
  const chosen = { from, to, dropped, seen: new Set(seen) };
  return cacheOutcomes(plan, chosen, tracker.others(), true).map(({ direction, ref, result, message }) =>
    message === undefined ? [direction, ref, result] : [direction, ref, result, message],
  );
};

describe('cacheOutcomes', () => {
  it('of a hit', () => {
    expect(resultsOf('hit', { from: [source(REF)], to: [source(REF)] })).toEqual([
      ['from', REF, 'used'],
      ['to', REF, 'written'],
    ]);
  });

  it('of a first build: not there is missing', () => {
    expect(resultsOf('cold', { from: [source(REF)] })).toEqual([
      ['from', REF, 'missing', expect.stringContaining('not found')],
    ]);
  });

  it('of what the registry has and BuildKit calls not found: lost', () => {
    expect(resultsOf('cold', { from: [source(REF)], seen: [REF] })[0]?.[2]).toBe('lost');
  });

  it('tells exports apart by their kind', () => {
    const to = [source(REF), source('cache', 'local')];
    expect(resultsOf('refused-export', { to })).toEqual([
      ['to', REF, 'lost', expect.stringContaining('405')],
      ['to', 'cache', 'written'],
    ]);
  });

  it('tells exports of one kind apart by the repository in the error, raw ones included', () => {
    const raw = source('other.test/acme/api:x', 'raw', 'type=registry,ref=other.test/acme/api:x');
    expect(resultsOf('refused-export', { to: [source(REF), raw] }).map(([, , result]) => result)).toEqual([
      'lost',
      'written',
    ]);
  });

  it('calls an export that never came lost', () => {
    expect(resultsOf('failed-step', { to: [source(REF)] })).toEqual([
      ['to', REF, 'lost', 'the build ended before the export'],
    ]);
  });

  it('follows the order of the plan, dropped ones included', () => {
    const plan = planOf({ source: { branch: 'topic' } });
    const [own, main] = plan.cache.from;
    const dropped = [
      {
        direction: 'from' as const,
        ref: own?.ref ?? '',
        scope: 'topic',
        reason: '',
        result: 'missing' as const,
        message: undefined,
      },
    ];
    const chosen = {
      from: main === undefined ? [] : [main],
      to: plan.cache.to,
      dropped,
      seen: new Set<string>(),
    };
    expect(cacheOutcomes(plan, chosen, [], true).map(({ direction, ref }) => [direction, ref])).toEqual([
      ['from', own?.ref],
      ['from', main?.ref],
      ['to', plan.cache.to[0]?.ref],
    ]);
  });

  it('takes an inline cache for written where the build is good', () => {
    const to = [source(REF, 'inline')];
    expect(resultsOf('hit', { to })).toEqual([['to', REF, 'written']]);
  });
});

describe('cacheWarnings', () => {
  const put = (status: string): string =>
    `error writing manifest blob: failed commit on ref: unexpected status from PUT request to http://r.test/v2/acme/api/manifests/cache-main: ${status}`;
  const warned = (message: string | undefined, direction: 'from' | 'to' = 'to'): boolean => {
    const lost = outcome(direction, source(REF), 'lost', message);
    const [warning] = cacheWarnings([lost], { cache: { ...planOf().cache, refusal: undefined } });
    if (warning !== undefined)
      expect(warning).toMatchObject({
        code: 'CACHE_REFUSED',
        message: expect.stringContaining(REF),
        hint: expect.stringMatching(/`cache\.kind` to "inline"/),
      });
    return warning !== undefined;
  };

  it('names the cure where the registry does not take such a manifest', () => {
    expect(['400 Bad Request', '415 Unsupported Media Type'].map((status) => warned(put(status)))).toEqual([
      true,
      true,
    ]);
    expect(warned('failed to push: MANIFEST_INVALID: manifest invalid')).toBe(true);
  });

  it('says that later builds mend it where a tag tells them so', () => {
    const lost = outcome('to', source(REF), 'lost', put('400 Bad Request'));
    expect(cacheWarnings([lost], planOf())).toEqual([
      expect.objectContaining({ hint: expect.stringContaining('later builds') }),
    ]);
  });

  it('and not where another answer may come, or a cache was only read', () => {
    const others = [
      '401 Unauthorized',
      '403 Forbidden',
      '429 Too Many Requests',
      '500 Internal Server Error',
    ];
    expect(others.map((status) => warned(put(status)))).toEqual([false, false, false, false]);
    expect([warned(undefined), warned(put('400 Bad Request'), 'from')]).toEqual([false, false]);
  });
});
