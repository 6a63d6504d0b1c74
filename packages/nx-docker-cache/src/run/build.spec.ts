import { planOf } from '../../test/fakes/facts';
import { RECORDED_IMAGE } from '../../test/fakes/recorded';
import { FakeClock } from '../../test/fakes/clock';
import { FakeEngine, type FakeRun } from '../../test/fakes/engine';
import { FakeLocalCache } from '../../test/fakes/files';
import { FakeObserver } from '../../test/fakes/listeners';
import { FakeProbe } from '../../test/fakes/registry';
import { runBuild } from './build';

const REF = `${RECORDED_IMAGE}:cache-main`;
const plan = planOf({ options: { registry: 'registry.test:5000/acme' } });
const PRESENT = { state: 'present', digest: 'sha256:cache' } as const;
const FAILED = { exitCode: 1, digest: undefined };

const make = (runs: readonly FakeRun[]) => {
  const engine = new FakeEngine(runs);
  const clock = new FakeClock();
  const observer = new FakeObserver();
  const localCache = new FakeLocalCache();
  const probe = new FakeProbe({ [REF]: PRESENT });
  return { engine, clock, observer, localCache, ports: { engine, clock, observer, localCache, probe } };
};
const start = (runs: readonly FakeRun[], signal = new AbortController().signal, of = plan) => {
  const world = make(runs);
  return { ...world, done: runBuild(of, world.ports, signal) };
};

describe('runBuild', () => {
  it('runs the plan once where all is well', async () => {
    const { done, engine, clock } = start([{ recording: 'hit' }]);
    const { outcome, error } = await done;
    expect(error).toBeUndefined();
    expect(outcome).toMatchObject({ ok: true, digest: 'sha256:made', retried: false });
    expect(outcome.caches.map(({ result }) => result)).toEqual(['used', 'written']);
    expect(engine.runs.map(({ argv, cwd }) => [argv, cwd])).toEqual([[plan.argv, '/repo']]);
    expect(clock.timers).toBe(0);
  });

  it('runs again without a cache that lost a layer, and writes it anew', async () => {
    const { done, engine, observer } = start([
      { recording: 'lost-layer', result: FAILED },
      { recording: 'cold' },
    ]);
    const { outcome, error } = await done;
    expect(error).toBeUndefined();
    expect(outcome).toMatchObject({ ok: true, retried: true });
    expect(engine.runs[1]?.argv).not.toContain('--cache-from');
    expect(engine.runs[1]?.argv).toContain('--cache-to');
    expect(outcome.caches).toEqual([
      expect.objectContaining({
        direction: 'from',
        result: 'lost',
        message: expect.stringContaining('not found'),
      }),
      expect.objectContaining({ direction: 'to', result: 'written' }),
    ]);
    expect(observer.notes.join()).toContain(REF);
  });

  it('does not run a broken Dockerfile twice', async () => {
    const { done, engine } = start([{ recording: 'failed-step', result: FAILED }]);
    const { outcome, error } = await done;
    expect(error?.code).toBe('BUILD_FAILED');
    expect(outcome).toMatchObject({ ok: false, digest: undefined, retried: false });
    expect(outcome.steps.some(({ status }) => status === 'failed')).toBe(true);
    expect(engine.runs).toHaveLength(1);
  });

  it.each([
    ['image "docker.io/library/api:dev": already exists', 'gave the image its name'],
    [
      'failed to prepare extraction snapshot "extract-1": parent snapshot sha256:4d does not exist: not found',
      'a layer',
    ],
    ['failed to solve: no such job k2', 'had ended'],
  ])('runs again where another build in the engine was in its way: %s', async (line, said) => {
    const race = { recording: 'hit', text: [`ERROR: ${line}`], result: FAILED } as const;
    const { done, engine, observer } = start([race, { recording: 'hit' }]);
    expect((await done).outcome.ok).toBe(true);
    expect(engine.runs[1]?.argv).toEqual(engine.runs[0]?.argv);
    expect(observer.notes.join()).toContain(said);
    const twice = start([race, race, race]);
    expect((await twice.done).error?.code).toBe('BUILD_FAILED');
  });

  it('does not push twice', async () => {
    const { done, engine } = start([{ recording: 'failed-push', result: FAILED }]);
    expect((await done).error?.code).toBe('PUSH_FAILED');
    expect(engine.runs).toHaveLength(1);
  });

  it('gives up in the end', async () => {
    const { done, engine } = start([{ recording: 'lost-layer', result: FAILED }]);
    expect((await done).outcome.ok).toBe(false);
    expect(engine.runs.length).toBeLessThanOrEqual(3);
  });

  it('says that it was interrupted, and runs nothing again', async () => {
    const controller = new AbortController();
    const during = (): void => controller.abort();
    const { done, engine } = start(
      [{ recording: 'lost-layer', during, result: { ...FAILED, canceled: true } }],
      controller.signal,
    );
    const { outcome, error } = await done;
    expect(error?.code).toBe('INTERRUPTED');
    expect(outcome.ok).toBe(false);
    expect(engine.runs).toHaveLength(1);
  });

  it('ends a run whose cache stands still, and goes on without that', async () => {
    const world = make([
      {
        during: (run) => {
          run.onEvent({
            vertexes: [
              {
                digest: 'd',
                name: `importing cache manifest from ${REF}`,
                started: 1,
                completed: undefined,
                cached: false,
                error: undefined,
              },
            ],
            statuses: [],
            logs: [],
            warnings: [],
          });
          world.clock.pass(90_000);
          expect(run.signal.aborted).toBe(true);
        },
        result: { exitCode: -1, canceled: true, digest: undefined },
      },
      { recording: 'cold' },
    ]);
    const { outcome, error } = await runBuild(plan, world.ports, new AbortController().signal);
    expect(error).toBeUndefined();
    expect(outcome).toMatchObject({ ok: true, retried: true });
    expect(outcome.caches[0]).toMatchObject({
      result: 'lost',
      message: expect.stringContaining('stood still'),
    });
    expect(world.engine.runs[1]?.argv).not.toContain('--cache-from');
  });

  it('has the image stored where buildx cannot push without', async () => {
    const text = ['ERROR: tag does not exist: registry.test:5000/acme/api:0123456'];
    const { done, engine } = start([{ recording: 'hit', text, result: FAILED }, { recording: 'hit' }]);
    const { outcome } = await done;
    expect(outcome).toMatchObject({ ok: true, retried: false });
    expect(engine.runs.map(({ argv }) => argv.join(' ').includes('store=false'))).toEqual([true, false]);
  });

  it('frees the folder that it wrote, whatever happens', async () => {
    const local = planOf({ options: { cache: 'local' } });
    const good = start([{}], undefined, local);
    await good.done;
    expect(good.localCache.claimed.size).toBe(0);
    const during = (): void => {
      throw new Error('a bug');
    };
    const bad = start([{ during }], undefined, local);
    await expect(bad.done).rejects.toThrow('a bug');
    expect(bad.localCache.claimed.size).toBe(0);
    expect(bad.clock.timers).toBe(0);
  });

  it('tells at once of a cache that is left out', async () => {
    const world = make([{ recording: 'hit' }]);
    world.ports.probe.answers.set(REF, { state: 'slow', message: 'no answer within 5 s' });
    await runBuild(plan, world.ports, new AbortController().signal);
    expect(world.observer.notes).toEqual([`cache ${REF} is left out: no answer within 5 s`]);
  });
});
