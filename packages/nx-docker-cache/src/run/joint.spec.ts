import { engineOf, planOf } from '../../test/fakes/facts';
import { JointEngine, type Play } from '../../test/fakes/joint-engine';
import { FakeClock } from '../../test/fakes/clock';
import { FakeLocalCache } from '../../test/fakes/files';
import { FakeObserver } from '../../test/fakes/listeners';
import { FakeProbe } from '../../test/fakes/registry';
import type { BuildPlan } from '../model/plan';
import type { EngineJointResult } from '../ports/engine';
import { runBuilds, type RunBuild } from './joint';

const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
const STEP = '[1/1] RUN make';
const USER_ERROR = 'process "/bin/sh -c make" did not complete successfully: exit code: 2';
const BROKEN = 'failed to copy: httpReadSeeker: failed open: blob not found';
const PRESENT = { state: 'present', digest: 'sha256:cache' } as const;
const LOST = 'no Docker engine answers';
const none = new Map<string, number>();

const make = (
  engine: JointEngine,
  bases: readonly ReadonlyMap<string, number>[],
  plans: ReadonlyMap<number, BuildPlan> = new Map(),
) => {
  const observers = bases.map(() => new FakeObserver());
  const builds = bases.map((own, place): RunBuild => {
    const name = place < 26 ? String.fromCharCode(97 + place) : `p${place}`;
    return {
      plan: plans.get(place) ?? planOf({ name, root: name }),
      bases: own,
      observer: observers[place]!,
    };
  });
  const ended: string[] = [];
  const caches = builds.flatMap(({ plan }) => plan.cache.from.map(({ ref }) => [ref, PRESENT] as const));
  const probe = new FakeProbe(Object.fromEntries(caches));
  const ports = { engine, clock: new FakeClock(), localCache: new FakeLocalCache(), probe };
  const run = (signal = new AbortController().signal) =>
    runBuilds(builds, ports, signal, 64, (place, { error }) => ended.push(`${place} ${error?.code ?? 'ok'}`));
  return { run, ended, observers, clock: ports.clock };
};

describe('several builds as one run', () => {
  it('are over one by one, as each has left what it was asked for', async () => {
    const seen: string[][] = [];
    const engine = new JointEngine([
      ({ pushed }) => {
        seen.push([...world.ended]);
        pushed(1, digestOf('b'));
        seen.push([...world.ended]);
        return { digests: [digestOf('a'), undefined] };
      },
    ]);
    const world = make(engine, [none, none]);
    const runs = await world.run();
    expect(seen).toEqual([[], ['1 ok']]);
    expect(world.ended).toEqual(['1 ok', '0 ok']);
    expect(runs.map(({ outcome }) => outcome.digest)).toEqual([digestOf('a'), digestOf('b')]);
    expect(world.clock.timers).toBe(0);
  });

  it('where one fails, the others go on without it in a second run', async () => {
    const engine = new JointEngine([
      ({ step, pushed }) => {
        pushed(0, digestOf('a'));
        step(1, STEP, USER_ERROR);
        step(2, STEP, 'context canceled');
        return { exitCode: 1 };
      },
      () => ({ digests: [digestOf('c'), digestOf('d')] }),
    ]);
    const { run, ended, observers } = make(engine, [none, none, none, none]);
    const runs = await run();
    expect(ended).toEqual(['0 ok', '1 BUILD_FAILED', '2 ok', '3 ok']);
    expect(runs[1]?.error?.message).toBe(`step failed: ${STEP}`);
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([4, 2]);
    expect(engine.runs).toHaveLength(0);
    expect(observers.map(({ notes }) => notes.length)).toEqual([0, 0, 1, 1]);
  });

  it('are run by themselves, several at a time, where a second run ends with a failure too', async () => {
    const fails = ({ step }: Play): Partial<EngineJointResult> => {
      step(0, STEP, USER_ERROR);
      return { exitCode: 1 };
    };
    let now = 0;
    let most = 0;
    const during = async (): Promise<void> => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
    };
    const engine = new JointEngine([fails, fails], [{ during, result: { exitCode: 1, digest: undefined } }]);
    const all = Array.from({ length: 20 }, () => none);
    const { run, ended, observers } = make(engine, all);
    await run();
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([20, 19]);
    expect([engine.runs.length, most]).toEqual([18, 8]);
    expect(ended.filter((end) => end.endsWith(' BUILD_FAILED'))).toHaveLength(20);
    expect(observers[2]?.notes).toEqual([
      'another build of this run failed; going on',
      'builds of this run fail; the others go on by themselves, 8 at a time',
    ]);
  });

  it('that come after such a run are one solve first; a failure ends that with the first', async () => {
    const fails = ({ step }: Play): Partial<EngineJointResult> => {
      step(0, STEP, USER_ERROR);
      return { exitCode: 1 };
    };
    const engine = new JointEngine([fails, fails, () => ({}), fails], [{ recording: 'cold' }]);
    const { run, ended } = make(
      engine,
      Array.from({ length: 160 }, () => none),
    );
    await run();
    // 64 of them, then those that are left and the next one.
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([64, 64, 64, 31]);
    expect(engine.runs).toHaveLength(63 + 30);
    expect(ended.filter((end) => !end.endsWith(' ok'))).toEqual([
      '0 BUILD_FAILED',
      '1 BUILD_FAILED',
      '129 BUILD_FAILED',
    ]);
  });

  it('build on what their bases are in this very run', async () => {
    const engine = new JointEngine([
      ({ pushed }) => {
        // The base's push may well be the later one.
        pushed(1, digestOf('b'));
        expect(world.ended).toEqual([]);
        pushed(0, digestOf('a'));
        expect(world.ended).toEqual(['0 ok', '1 ok']);
        return {};
      },
    ]);
    const world = make(engine, [none, new Map([['reg.test/a:1', 0]])]);
    const runs = await world.run();
    expect([...engine.jointRuns[0]!.builds[1]!.bases]).toEqual([['reg.test/a:1', 0]]);
    expect(runs[1]?.outcome.baseImages).toEqual([{ name: 'reg.test/a:1', digest: digestOf('a') }]);
  });

  it('do not begin where their base failed, and say so', async () => {
    const engine = new JointEngine([
      ({ step }) => {
        step(0, STEP, USER_ERROR);
        // A step of the base is one of the image on it, too.
        step(1, STEP, USER_ERROR);
        return { exitCode: 1 };
      },
    ]);
    const runs = await make(engine, [none, new Map([['reg.test/a:1', 0]]), new Map([['b', 1]])]).run();
    expect(runs.map(({ error }) => error?.code)).toEqual([
      'BUILD_FAILED',
      'DEPENDENCY_FAILED',
      'DEPENDENCY_FAILED',
    ]);
    expect(runs[1]?.error).toMatchObject({
      message: 'b was not built: a, which makes its base image, failed',
      found: `BUILD_FAILED: step failed: ${STEP}`,
    });
  });

  it('whose cache may be broken are run by themselves, the others together', async () => {
    const engine = new JointEngine(
      [
        ({ step }) => {
          step(1, STEP, BROKEN);
          return { exitCode: 1 };
        },
        () => ({ digests: [digestOf('a'), digestOf('c')] }),
      ],
      [{ recording: 'cold', result: { digest: digestOf('b') } }],
    );
    const { run, ended } = make(engine, [none, none, none]);
    const runs = await run();
    expect(runs.map(({ outcome }) => outcome.digest)).toEqual(['a', 'b', 'c'].map(digestOf));
    expect(ended[0]).toBe('1 ok');
  });

  it('on a base with a broken cache wait for it', async () => {
    const engine = new JointEngine(
      [
        ({ step }) => {
          step(0, STEP, BROKEN);
          step(1, STEP, BROKEN);
          return { exitCode: 1 };
        },
      ],
      [{ recording: 'cold' }],
    );
    const { run, ended } = make(engine, [none, new Map([['reg.test/a:1', 0]])]);
    await run();
    expect(ended).toEqual(['0 ok', '1 ok']);
    expect(engine.runs).toHaveLength(2);
  });

  it('are each run alone at last where the run ends and none is to blame; what was finished is not run again', async () => {
    const engine = new JointEngine([
      ({ pushed }) => {
        pushed(2, digestOf('c'));
        return { exitCode: 1 };
      },
    ]);
    const { run, ended, observers } = make(engine, [none, none, none]);
    await run();
    expect(ended).toEqual(['2 ok', '0 ok', '1 ok']);
    expect(engine.runs).toHaveLength(2);
    expect(observers[0]?.notes).toEqual(['the joint build ended early; each is built by itself']);
  });

  it('are run in halves where it ends early, so that only what is to blame ends up alone', async () => {
    const round = ({ run }: Play) =>
      run.builds.some(({ argv }) => argv.join(' ').includes('/acme/j')) ? { exitCode: 1 } : {};
    const engine = new JointEngine(
      [round, round, round, round, round],
      [{ result: { exitCode: 1 } }, { recording: 'cold' }],
    );
    const { run, ended } = make(
      engine,
      Array.from({ length: 12 }, () => none),
    );
    await run();
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([12, 6, 6, 3, 3]);
    expect(engine.runs).toHaveLength(3);
    expect(ended.filter((end) => !end.endsWith('ok'))).toEqual(['9 BUILD_FAILED']);
  });

  it('are run in rounds of half the size where it was killed; what was finished is not run again', async () => {
    const engine = new JointEngine([
      ({ pushed }) => {
        pushed(2, digestOf('c'));
        pushed(5, digestOf('f'));
        return { exitCode: -1 };
      },
      () => ({}),
      () => ({ exitCode: -1 }),
      () => ({}),
      () => ({}),
      () => ({}),
    ]);
    const all = Array.from({ length: 70 }, () => none);
    const { run, ended, observers } = make(engine, all);
    await run();
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([64, 32, 30, 15, 15, 6]);
    expect(engine.runs).toHaveLength(0);
    expect(ended.slice(0, 3)).toEqual(['2 ok', '5 ok', '0 ok']);
    expect(ended.filter((end) => end.endsWith(' ok'))).toHaveLength(70);
    expect(observers[0]?.notes).toEqual(['the joint build was killed; going on with 32 at a time']);
  });

  it('of which a step was killed are fewer at a time, and that one is run once more by itself', async () => {
    const engine = new JointEngine(
      [
        ({ step }) => {
          step(1, STEP, USER_ERROR.replace('code: 2', 'code: 137'));
          return { exitCode: 1 };
        },
        () => ({}),
        () => ({}),
      ],
      [{ recording: 'cold' }],
    );
    const { run, ended, observers } = make(engine, [none, none, none, none, none]);
    await run();
    expect(observers[1]?.notes).toEqual(['a step was killed; once more by itself']);
    expect(ended).toEqual(['1 ok', '0 ok', '2 ok', '3 ok', '4 ok']);
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([5, 2, 2]);
    expect(engine.runs).toHaveLength(1);
  });

  it('of which one met a race of the engine has it run once more by itself; the others go on', async () => {
    const engine = new JointEngine(
      [
        ({ step }) => {
          step(1, STEP, 'failed to solve: no such job k2');
          return { exitCode: 1 };
        },
        () => ({}),
      ],
      [{ recording: 'cold' }],
    );
    const { run, ended } = make(engine, [none, none, none]);
    await run();
    expect(ended).toEqual(['1 ok', '0 ok', '2 ok']);
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([3, 2]);
    expect(engine.runs).toHaveLength(1);
  });

  it('are over where the engine is lost; it is asked once, and not tried by each of them', async () => {
    const engine = new JointEngine([
      ({ pushed }) => {
        pushed(2, digestOf('c'));
        engine.lost = LOST;
        return { exitCode: 1 };
      },
    ]);
    const { run, ended } = make(engine, [none, new Map([['reg.test/a:1', 0]]), none, none]);
    const runs = await run();
    expect(ended).toEqual(['2 ok', '0 NO_DAEMON', '1 NO_DAEMON', '3 NO_DAEMON']);
    expect(runs[3]?.error).toMatchObject({
      message: 'the engine was lost in mid-run',
      found: LOST,
    });
    expect([engine.runs.length, engine.checks]).toEqual([0, 1]);
  });

  it('that are run alone stop with the first that loses the engine; a failed step stays what it is', async () => {
    const engine = new JointEngine(
      [
        ({ step }) => {
          step(0, STEP, BROKEN);
          return { exitCode: 1 };
        },
      ],
      [
        {
          during: () => {
            engine.lost = LOST;
          },
          result: { exitCode: 1, digest: undefined },
          text: ['ERROR: connection refused'],
        },
      ],
    );
    const { run, ended } = make(engine, [none, none, none]);
    await run();
    expect(ended).toEqual(['0 NO_DAEMON', '1 NO_DAEMON', '2 NO_DAEMON']);
    // Not run again as if a cache were broken, either.
    expect(engine.runs).toHaveLength(1);

    const both = new JointEngine([
      ({ step }) => {
        step(1, STEP, USER_ERROR);
        both.lost = LOST;
        return { exitCode: 1 };
      },
    ]);
    const second = make(both, [none, none]);
    await second.run();
    expect(second.ended).toEqual(['0 NO_DAEMON', '1 BUILD_FAILED']);
  });

  it('are several runs where they are very many; a base may be in one before', async () => {
    const all = Array.from({ length: 130 }, (_, place) => (place === 128 ? new Map([['base', 0]]) : none));
    const done = (): Partial<EngineJointResult> => ({ digests: all.map(() => digestOf('a')) });
    const engine = new JointEngine([done, done, done]);
    const { run, ended } = make(engine, all);
    await run();
    expect(engine.jointRuns.map(({ builds }) => builds.length)).toEqual([64, 64, 2]);
    expect(engine.jointRuns[2]!.builds[0]!.bases.size).toBe(0);
    expect(ended).toEqual(all.map((_, place) => `${place} ok`));
  });

  describe('on a base that no FROM finds', () => {
    const engineInBox = engineOf({ driver: 'docker-container' });
    const loaded = planOf({
      name: 'a',
      root: 'a',
      engine: engineInBox,
      options: { load: true, push: false },
    });
    const onA = new Map([['reg.test/a:1', 0]]);
    const leaves = (argv: readonly string[]): string[] =>
      argv.filter((_, index) => ['--output', '--tag', '--cache-to'].includes(argv[index - 1] ?? ''));

    it('have it beside them in a later run, where it leaves nothing', async () => {
      const engine = new JointEngine([
        ({ pushed, step }) => {
          pushed(0, digestOf('a'));
          step(1, STEP, USER_ERROR);
          return { exitCode: 1 };
        },
        () => ({ digests: [digestOf('c'), digestOf('d'), digestOf('x')] }),
      ]);
      const { run, ended } = make(engine, [none, none, onA, none], new Map([[0, loaded]]));
      const runs = await run();
      expect(ended).toEqual(['0 ok', '1 BUILD_FAILED', '2 ok', '3 ok']);
      const { builds } = engine.jointRuns[1]!;
      expect(builds.map(({ bases }) => [...bases])).toEqual([[['reg.test/a:1', 2]], [], []]);
      expect(leaves(builds[2]!.argv)).toEqual(['type=cacheonly']);
      expect(runs[2]?.outcome.baseImages).toEqual([{ name: 'reg.test/a:1', digest: digestOf('a') }]);
      expect(runs[0]?.outcome.digest).toBe(digestOf('a'));
    });

    it('have it beside them where they are run alone', async () => {
      const engine = new JointEngine([
        ({ pushed }) => {
          pushed(0, digestOf('a'));
          return { exitCode: 137 };
        },
        () => ({ digests: [digestOf('b'), digestOf('x')] }),
      ]);
      const { run, ended } = make(engine, [none, onA], new Map([[0, loaded]]));
      const runs = await run();
      expect(ended).toEqual(['0 ok', '1 ok']);
      expect(engine.runs).toHaveLength(0);
      expect(engine.jointRuns[1]!.builds.map(({ bases }) => [...bases])).toEqual([[['reg.test/a:1', 1]], []]);
      expect(runs[1]?.outcome).toMatchObject({
        digest: digestOf('b'),
        baseImages: [{ name: 'reg.test/a:1', digest: digestOf('a') }],
      });
    });
  });

  it('that are interrupted fail exactly where they were not finished', async () => {
    const controller = new AbortController();
    const engine = new JointEngine([
      ({ pushed }) => {
        pushed(1, digestOf('b'));
        controller.abort();
        return { exitCode: 1, canceled: true };
      },
    ]);
    const { run, ended } = make(engine, [none, none, new Map([['x', 0]])]);
    await run(controller.signal);
    expect(ended).toEqual(['1 ok', '0 INTERRUPTED', '2 INTERRUPTED']);
    expect(engine.runs).toHaveLength(0);
  });

  it('of which one stands still go on without it', async () => {
    const engine = new JointEngine(
      [
        async ({ step, run }) => {
          step(0, STEP);
          const importing = {
            ...{ digest: 'i', name: 'importing cache manifest from x', started: 1, completed: undefined },
            ...{ cached: false, error: undefined },
          };
          run.builds[1]!.onEvent({ vertexes: [importing], statuses: [], logs: [], warnings: [] });
          clock.pass(120_000);
          expect(run.signal.aborted).toBe(true);
          return { exitCode: 1, canceled: true };
        },
      ],
      [{ recording: 'cold' }],
    );
    const { run, ended, clock } = make(engine, [none, none]);
    await run();
    expect(ended).toEqual(['1 ok', '0 ok']);
  });
});
