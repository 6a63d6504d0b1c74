import { FakeObserver } from '../../test/fakes/listeners';
import { planOf } from '../../test/fakes/facts';
import type { VertexEvent } from '../model/events';
import type { RunBuild } from './bases';
import { StepTracker } from './steps';
import { aloneWork, busySeconds, ownWork } from './work';

type Step = readonly [name: string, from: number, to: number, error?: string];

const trackerOf = (steps: readonly Step[]): StepTracker => {
  const tracker = new StepTracker();
  const vertexes = steps.map(([name, from, to, error]): VertexEvent => ({
    ...{ digest: name, name, cached: false, error },
    ...{ started: from * 1000, completed: to * 1000 },
  }));
  // Builders repeat what they said.
  for (let time = 0; time < 2; time++) tracker.add({ vertexes, statuses: [], logs: [], warnings: [] });
  return tracker;
};
const span = (from: number, to: number, sharers = 1) => ({ from: from * 1000, to: to * 1000, sharers });

describe('what a build costs', () => {
  it.each([
    ['nothing', [], 0],
    ['steps one after the other, without the time between', [span(1, 2), span(5, 8)], 4],
    ['steps at a time count once', [span(1, 5), span(2, 3), span(4, 7)], 6],
    ['of what others have too, its part', [span(0, 6, 3), span(6, 8)], 4],
    ['all of the time in which something of its own ran', [span(0, 6, 3), span(2, 4)], 4 / 3 + 2],
    ['equal steps, one of which goes on', [span(0, 2), span(0, 3), span(3, 4)], 4],
  ])('%s', (_, spans, seconds) => {
    expect(busySeconds(spans)).toBeCloseTo(seconds, 3);
  });

  it('by itself: all that ran to its end', () => {
    const work = aloneWork(
      trackerOf([
        ['[1/2] RUN a', 1, 3],
        ['[2/2] RUN b', 3, 9, 'context canceled'],
        ['[1/1] FROM x', 4, 4],
        ['exporting to image', 9, 10],
      ]),
    );
    expect(work).toEqual([span(1, 3), span(9, 10)]);
  });
});

describe('what builds of one solve cost', () => {
  const solve = (
    told: readonly (readonly Step[])[],
    bases: readonly (readonly number[])[],
    same: readonly number[] = [],
  ) => {
    const observers = told.map(() => new FakeObserver());
    const builds = told.map((_, place): RunBuild => ({
      plan: planOf({ name: `p${place}`, root: `p${place}` }),
      bases: new Map((bases[place] ?? []).map((base) => [`reg.test/p${base}:1`, base])),
      observer: same.includes(place) ? observers[same[0]!]! : observers[place]!,
    }));
    const solved = told.map((steps, place) => ({ place, tracker: trackerOf(steps) }));
    return told.map((_, place) => busySeconds(ownWork(place, solved, builds)));
  };

  it('has the steps of a base once, and waiting for it nowhere', () => {
    const base: Step[] = [['[1/1] RUN sleep 15', 0, 15]];
    const onBase: Step[] = [...base, ['exporting to image', 15, 15.5]];
    const ofWeb: Step[] = [...onBase, ['[2/2] ENV a', 15, 15.25]];
    expect(
      solve(
        [[...base, ['export of the base', 15, 16]], ofWeb, [['[1/1] RUN sleep 20', 0, 20]]],
        [[], [0], []],
      ),
    ).toEqual([16, 0.5, 20]);
  });

  it('has the steps of a base of a base there, too', () => {
    const deep: Step = ['[1/1] RUN deep', 0, 8];
    const base: Step = ['[1/1] RUN base', 8, 10];
    expect(solve([[deep], [deep, base], [deep, base, ['own', 10, 11]]], [[], [0], [1]])).toEqual([8, 2, 1]);
  });

  it('is the same for those that share a step, and no more in all than it took', () => {
    const shared: Step = ['[1/2] RUN npm ci', 0, 20];
    const costs = solve([[shared, ['a', 20, 21]], [shared, ['b', 20, 21]], [['c', 0, 21]]], []);
    expect(costs).toEqual([11, 11, 21]);
  });

  it('is whole where the images that share a step are of one project', () => {
    const shared: Step = ['[1/2] RUN npm ci', 0, 20];
    const costs = solve([[shared], [shared], [shared]], [], [0, 1]);
    expect(costs).toEqual([10, 10, 10]);
  });
});
