import { planOf } from '../../test/fakes/facts';
import { FakeObserver } from '../../test/fakes/listeners';
import { runApart } from './apart';
import { notRun, type RunBuild } from './bases';
import { interrupted, type BuildRun } from './build';

const OVER: BuildRun = { ...notRun(interrupted()), error: undefined };
const KILLED: BuildRun = { ...notRun(interrupted()), killed: true };

/** Runs builds whose bases are given; each attempt is told as `+0`, its end as `-0`. */
const make = async (
  bases: readonly (readonly number[])[],
  atOnce: number,
  runs: Record<number, BuildRun[]> = {},
) => {
  const told: string[] = [];
  const observers = bases.map(() => new FakeObserver());
  const builds = bases.map((own, place): RunBuild => ({
    plan: planOf({ name: `p${place}`, root: `p${place}` }),
    bases: new Map(own.map((base) => [`reg.test/p${base}:1`, base])),
    observer: observers[place]!,
  }));
  const ended: string[] = [];
  let now = 0;
  let most = 0;
  const attempt = async (place: number): Promise<BuildRun> => {
    told.push(`+${place}`);
    most = Math.max(most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 5));
    now--;
    told.push(`-${place}`);
    return runs[place]?.shift() ?? OVER;
  };
  const settle = (place: number, { error }: BuildRun): number =>
    ended.push(`${place} ${error?.code ?? 'ok'}`);
  await runApart([...builds.keys()], builds, atOnce, attempt, settle);
  return { told, ended, most, notes: observers.map(({ notes }) => notes) };
};

describe('builds that are run apart', () => {
  it('are several at a time, and no more', async () => {
    const { most, ended } = await make([[], [], [], [], []], 3);
    expect([most, ended.length]).toEqual([3, 5]);
  });

  it('begin when their bases are over', async () => {
    const { told } = await make([[], [0], [1], []], 2);
    const at = (what: string): number => told.indexOf(what);
    expect(told).toHaveLength(8);
    expect([at('+1') > at('-0'), at('+2') > at('-1'), at('+3') < at('-0')]).toEqual([true, true, true]);
  });

  it('are tried once more where they were killed, when the others are over; so is what waits for them', async () => {
    const { told, ended, notes } = await make([[], [0], []], 2, { 0: [KILLED] });
    expect(told).toEqual(['+0', '+2', '-0', '-2', '+0', '-0', '+1', '-1']);
    expect(ended).toEqual(['2 ok', '0 ok', '1 ok']);
    expect(notes).toEqual([['it was killed; once more by itself'], [], []]);
  });

  it('have failed where they are killed by themselves', async () => {
    expect((await make([[], []], 2, { 0: [KILLED, KILLED] })).ended).toEqual(['1 ok', '0 INTERRUPTED']);
    expect((await make([[], []], 1, { 0: [KILLED] })).ended).toEqual(['0 INTERRUPTED', '1 ok']);
  });
});
