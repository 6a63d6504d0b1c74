import { recorded, type Recording } from '../../test/fakes/recorded';
import type { BuildEvent, VertexEvent } from '../model/events';
import { StepTracker } from './steps';

const INSTALL = '[builder 4/6] RUN sort deps.txt > installed.txt && echo installed && sleep 0.2';
const COMPILE = '[builder 6/6] RUN cat installed.txt src/* > built.txt && echo built && sleep 0.2';
const ASSEMBLE = '[stage-1 2/2] COPY --from=builder /app/built.txt /built.txt';

const track = (name: Recording): StepTracker => {
  const tracker = new StepTracker();
  recorded(name).events.forEach((event) => tracker.add(event));
  return tracker;
};
const statusesOf = (name: Recording, ok = true): Record<string, string> =>
  Object.fromEntries(
    track(name)
      .steps(ok)
      .map((step) => [step.name, step.status]),
  );

describe('what steps of recorded builds did', () => {
  it('cold: all that can be executed was', () => {
    const { [INSTALL]: install, [COMPILE]: compile, [ASSEMBLE]: assemble, ...others } = statusesOf('cold');
    expect([install, compile, assemble]).toEqual(['executed', 'executed', 'executed']);
    expect(
      Object.entries(others)
        .filter(([name]) => name.includes('FROM'))
        .map(([, status]) => status),
    ).toEqual([expect.stringMatching(/^(fetched|cached)$/)]);
  });

  it.each(['warm', 'hit'] as const)('%s: nothing was executed, and nothing was fetched', (name) => {
    const statuses = Object.values(statusesOf(name));
    expect(statuses.length).toBeGreaterThanOrEqual(7);
    expect(new Set(statuses)).toEqual(new Set(['cached']));
    expect(
      track(name)
        .steps(true)
        .every(({ bytesFetched }) => bytesFetched === 0),
    ).toBe(true);
  });

  it('hit and loaded: nothing was executed', () => {
    expect(Object.values(statusesOf('hit-loaded'))).not.toContain('executed');
  });

  it('changed: only what comes after the change was executed; what lies under it was fetched', () => {
    const statuses = statusesOf('changed');
    expect(statuses).toMatchObject({
      [INSTALL]: 'fetched',
      '[builder 5/6] COPY src src': 'executed',
      [COMPILE]: 'executed',
      [ASSEMBLE]: 'executed',
    });
    const fetched = track('changed')
      .steps(true)
      .find(({ name }) => name === INSTALL);
    expect(fetched?.bytesFetched).toBeGreaterThan(0);
  });

  it('failed: the step, its last lines, and no other', () => {
    const tracker = track('failed-step');
    expect(
      Object.entries(statusesOf('failed-step', false)).filter(([, status]) => status === 'failed'),
    ).toHaveLength(1);
    const [failed, ...more] = tracker.failed();
    expect(more).toEqual([]);
    expect(failed).toMatchObject({
      name: '[3/3] RUN echo before; echo oops >&2; exit 3',
      error: expect.stringContaining('exit code: 3'),
      log: ['before', 'oops'],
    });
  });

  it('names the base images with the digests that were resolved', () => {
    expect(track('cold').baseImages()).toEqual([
      { name: 'docker.io/library/busybox:latest', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ]);
  });

  it('knows which steps belong to which stage', () => {
    const stages = track('cold')
      .steps(true)
      .map(({ stage }) => stage);
    expect(new Set(stages)).toEqual(new Set(['builder', 'stage-1']));
  });

  it('counts repeated events once', () => {
    const once = track('cold');
    const twice = track('cold');
    recorded('cold').events.forEach((event) => twice.add(event));
    expect(twice.steps(true)).toEqual(once.steps(true));
  });

  it('does not fail of an export that was refused', () => {
    expect(track('refused-export').failed()).toEqual([]);
  });
});

const at = (seconds: number): number => Date.UTC(2026, 0, 1) + seconds * 1000;
const vertex = (name: string, more: Partial<VertexEvent> = {}): VertexEvent => ({
  digest: `sha256:${name}`,
  name,
  started: undefined,
  completed: undefined,
  cached: false,
  error: undefined,
  ...more,
});
const event = (more: Partial<BuildEvent>): BuildEvent => ({
  vertexes: [],
  statuses: [],
  logs: [],
  warnings: [],
  ...more,
});
const lint = (text: string): BuildEvent['warnings'][number] => ({ vertex: '', text });
const LAYER = `sha256:${'a'.repeat(64)}`;
const pulling = (digest: string, current: number, more: object = {}): BuildEvent['statuses'][number] => ({
  id: LAYER,
  vertex: `sha256:${digest}`,
  current,
  total: 100,
  started: at(0),
  completed: undefined,
  ...more,
});

describe('steps by their events', () => {
  const of = (...events: readonly Partial<BuildEvent>[]): StepTracker => {
    const tracker = new StepTracker();
    events.forEach((more) => tracker.add(event(more)));
    return tracker;
  };
  const RUN = '[1/2] RUN x';

  it('adds up the times that a step was started and completed again', () => {
    const tracker = of(
      { vertexes: [vertex(RUN, { started: at(0), completed: at(1) })] },
      { vertexes: [vertex(RUN, { started: at(0), completed: at(1) })] },
      { vertexes: [vertex(RUN, { started: at(5), completed: at(7) })] },
    );
    expect(tracker.steps(true)[0]?.seconds).toBe(3);
  });

  it('leaves out what was never needed', () => {
    expect(of({ vertexes: [vertex(RUN)] }).steps(true)).toEqual([]);
  });

  it('takes a step that was given up in a good build for the twin of another one', () => {
    const canceled = {
      vertexes: [vertex(RUN, { started: at(0), completed: at(1), error: 'context canceled' })],
    };
    expect(of(canceled).steps(true)[0]?.status).toBe('cached');
    expect(of(canceled).steps(false)[0]?.status).toBe('canceled');
    expect(of(canceled).failed()).toEqual([]);
  });

  it('takes output for the proof of an execution, layers or not', () => {
    const tracker = of(
      { vertexes: [vertex(RUN, { started: at(0), completed: at(1) })] },
      { statuses: [pulling(RUN, 100)] },
      { logs: [{ vertex: `sha256:${RUN}`, text: 'hello\n' }] },
    );
    expect(tracker.steps(true)[0]).toMatchObject({ status: 'executed', bytesFetched: 100 });
  });

  it('reads stages with a platform before them, and with a target', () => {
    const names = ['[linux/amd64 builder 1/2] RUN a', '[linux/arm64 2/2] RUN b', '[api test 1/3] RUN c'];
    const tracker = of({ vertexes: names.map((name) => vertex(name, { started: at(0) })) });
    expect(tracker.steps(true).map(({ stage }) => stage)).toEqual(['builder', undefined, 'api test']);
  });

  it('tells a running step with its last line', () => {
    const tracker = of(
      { vertexes: [vertex(RUN, { started: at(0) })] },
      { logs: [{ vertex: `sha256:${RUN}`, text: 'one\ntwo\n\n' }] },
    );
    expect(tracker.running(at(20))).toBe('[1/2] RUN x … 20 s · two');
    expect(of().running(at(1))).toBeUndefined();
  });

  it('keeps the last lines only', () => {
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}`).join('\n');
    const tracker = of(
      { vertexes: [vertex(RUN, { started: at(0), error: 'x' })] },
      { logs: [{ vertex: `sha256:${RUN}`, text: lines }] },
    );
    expect(tracker.failed()[0]?.log).toHaveLength(150);
    expect(tracker.failed()[0]?.log.at(-1)).toBe('line 199');
  });

  it('collects each warning once', () => {
    expect(of({ warnings: [lint('a'), lint('b')] }, { warnings: [lint('a')] }).lint()).toEqual(['a', 'b']);
  });

  describe('that wait', () => {
    const running = { vertexes: [vertex(RUN, { started: at(0) })] };

    it('for a layer are told from those that work', () => {
      expect(of(running).waitsFor()).toBeUndefined();
      expect(of(running, { statuses: [pulling(RUN, 10)] }).waitsFor()).toBe('from');
      expect(of(running, { statuses: [pulling(RUN, 100)] }).waitsFor()).toBeUndefined();
      expect(of(running, { statuses: [pulling(RUN, 10, { completed: at(1) })] }).waitsFor()).toBeUndefined();
      expect(
        of(running, { statuses: [pulling(RUN, 0, { id: `extracting ${LAYER}` })] }).waitsFor(),
      ).toBeUndefined();
    });

    it('do not count while another one works', () => {
      const both = { vertexes: [vertex(RUN, { started: at(0) }), vertex('[2/2] RUN y', { started: at(0) })] };
      expect(of(both, { statuses: [pulling(RUN, 10)] }).waitsFor()).toBeUndefined();
    });

    it('for a manifest or an export are known by name', () => {
      expect(
        of({ vertexes: [vertex('importing cache manifest from r', { started: at(0) })] }).waitsFor(),
      ).toBe('from');
      expect(of({ vertexes: [vertex('exporting cache to registry', { started: at(0) })] }).waitsFor()).toBe(
        'to',
      );
      expect(of({ vertexes: [vertex('exporting to image', { started: at(0) })] }).waitsFor()).toBeUndefined();
    });
  });
});
