import { FakeClock } from '../../test/fakes/clock';
import { FakeObserver } from '../../test/fakes/listeners';
import { recorded } from '../../test/fakes/recorded';
import type { BuildEvent, VertexEvent } from '../model/events';
import { StepFeed } from './feed';
import { StallWatch, type Stall } from './stall';
import { StepTracker } from './steps';

const event = (vertex: Partial<VertexEvent>, more: Partial<BuildEvent> = {}): BuildEvent => ({
  vertexes: [
    {
      digest: 'd',
      name: '[1/2] RUN x',
      started: undefined,
      completed: undefined,
      cached: false,
      error: undefined,
      ...vertex,
    },
  ],
  statuses: [],
  logs: [],
  warnings: [],
  ...more,
});

describe('StepFeed', () => {
  const make = () => {
    const clock = new FakeClock();
    const tracker = new StepTracker();
    const observer = new FakeObserver();
    return { clock, tracker, observer, feed: new StepFeed(tracker, observer, clock) };
  };

  it('tells of a step once, when it has settled', () => {
    const { clock, tracker, observer, feed } = make();
    tracker.add(event({ started: clock.now(), completed: clock.now() }));
    clock.pass(200);
    expect(observer.steps).toEqual([]);
    tracker.add(event({ started: clock.now() }));
    clock.pass(1_000);
    expect(observer.steps).toEqual([]);
    tracker.add(event({ started: clock.now(), completed: clock.now() }));
    clock.pass(1_000);
    expect(observer.steps.map(({ name }) => name)).toEqual(['[1/2] RUN x']);
    feed.end();
    expect(observer.steps).toHaveLength(1);
    expect(clock.timers).toBe(0);
  });

  it('tells of what is left when the build ends', () => {
    const { tracker, observer, feed } = make();
    recorded('cold').events.forEach((each) => {
      tracker.add(each);
      feed.event(each);
    });
    feed.end();
    expect(observer.steps.length).toBeGreaterThanOrEqual(6);
    expect(observer.logs).toContainEqual([expect.stringContaining('RUN sort'), 'installed\n']);
  });

  it('says that it waits where the builder says nothing', () => {
    const { clock, observer, feed } = make();
    clock.pass(16_000);
    feed.end();
    expect(observer.notes).toEqual(['waiting for the builder']);
  });

  it('shows that a long step lives', () => {
    const { clock, tracker, observer, feed } = make();
    tracker.add(event({ started: clock.now() }));
    clock.pass(40_000);
    feed.end();
    expect(observer.notes).toEqual(['[1/2] RUN x … 15 s', '[1/2] RUN x … 30 s']);
  });
});

describe('StallWatch', () => {
  const make = (vertex: Partial<VertexEvent>) => {
    const clock = new FakeClock();
    const tracker = new StepTracker();
    const stalls: Stall[] = [];
    tracker.add(event({ started: clock.now(), ...vertex }));
    return { clock, stalls, tracker, watch: new StallWatch(tracker, clock, (stall) => stalls.push(stall)) };
  };
  const IMPORT = 'importing cache manifest from r.test/a:b';

  it('notices a cache that stands still, once', () => {
    const { clock, stalls } = make({ name: IMPORT });
    clock.pass(59_000);
    expect(stalls).toEqual([]);
    clock.pass(120_000);
    expect(stalls).toEqual(['from']);
    expect(clock.timers).toBe(0);
  });

  const LAYER = `sha256:${'a'.repeat(64)}`;
  const pulled = (current: number): BuildEvent =>
    event(
      {},
      {
        vertexes: [],
        statuses: [{ id: LAYER, vertex: 'd', current, total: 100, started: 1, completed: undefined }],
      },
    );

  it('starts anew whenever something moves', () => {
    const { clock, stalls, tracker, watch } = make({});
    for (let round = 0; round < 5; round++) {
      clock.pass(50_000);
      tracker.add(pulled(round + 1));
      watch.event(pulled(round + 1));
    }
    expect(stalls).toEqual([]);
    clock.pass(61_000);
    expect(stalls).toEqual(['from']);
  });

  it('is not deceived by events that say the same again', () => {
    const { clock, stalls, tracker, watch } = make({});
    for (let round = 0; round < 500; round++) {
      tracker.add(pulled(7));
      watch.event(pulled(7));
      clock.pass(150);
    }
    expect(stalls).toEqual(['from']);
  });

  it('takes any start, end or line of output for a movement', () => {
    for (const more of [
      event({ name: 'exporting cache to registry', started: 2 }),
      event({}, { vertexes: [], logs: [{ vertex: 'd', text: 'x' }] }),
    ]) {
      const { clock, stalls, watch } = make({ name: 'exporting cache to registry' });
      clock.pass(59_000);
      watch.event(more);
      clock.pass(59_000);
      expect(stalls).toEqual([]);
      clock.pass(2_000);
      expect(stalls).toEqual(['to']);
    }
  });

  it('leaves a silent step alone, however long it takes', () => {
    const { clock, stalls, watch } = make({});
    clock.pass(3_600_000);
    expect(stalls).toEqual([]);
    watch.end();
    expect(clock.timers).toBe(0);
  });
});
