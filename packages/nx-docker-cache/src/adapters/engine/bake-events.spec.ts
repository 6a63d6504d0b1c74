import type { BuildEvent } from '../../model/events';
import { BakeEvents } from './bake-events';

const NONE: BuildEvent = { vertexes: [], statuses: [], logs: [], warnings: [] };
const vertex = (digest: string, name: string): BuildEvent => ({
  ...NONE,
  vertexes: [{ digest, name, started: 1, completed: undefined, cached: false, error: undefined }],
});
const log = (digest: string, text: string): BuildEvent => ({ ...NONE, logs: [{ vertex: digest, text }] });

function heard(events: readonly BuildEvent[]): string[] {
  const lines: string[] = [];
  const split = new BakeEvents((target, { vertexes, logs, statuses, warnings }) => {
    lines.push(
      ...vertexes.map(({ digest, name }) => `${target} ${digest} ${name}`),
      ...logs.map((entry) => `${target} ${entry.vertex} says ${entry.text}`),
      ...statuses.map((entry) => `${target} ${entry.vertex} has ${entry.id}`),
      ...warnings.map((warning) => `${target} warns ${warning.text}`),
    );
  });
  events.forEach((event) => split.add(event));
  return lines;
}

it('each target hears of its own steps, by the names that a build of its own gives them', () => {
  expect(
    heard([
      vertex('a', '[t0 builder 2/6] RUN x'),
      vertex('b', '[t1 internal] load build context'),
      vertex('c', '[t1] importing cache manifest from r/x:y'),
      vertex('d', '[t10 linux/amd64 app 1/1] COPY [a] b'),
    ]),
  ).toEqual([
    't0 a [builder 2/6] RUN x',
    't1 b [internal] load build context',
    't1 c importing cache manifest from r/x:y',
    't10 d [linux/amd64 app 1/1] COPY [a] b',
  ]);
});

it('a step of two targets is told to both, what came before the second name too', () => {
  expect(
    heard([
      vertex('a', '[t0 builder 2/6] RUN x'),
      log('a', 'one'),
      vertex('a', '[t1 builder 2/6] RUN x'),
      log('a', 'two'),
    ]),
  ).toEqual([
    't0 a [builder 2/6] RUN x',
    't0 a says one',
    't1 a [builder 2/6] RUN x',
    't1 a says one',
    't0 a [builder 2/6] RUN x',
    't1 a [builder 2/6] RUN x',
    't0 a says two',
    't1 a says two',
  ]);
});

it('what is said of a step before its name comes is not lost, and what is nobody’s is left out', () => {
  const status = { id: 'sha256:x', vertex: 'a', current: 1, total: 2, started: 1, completed: undefined };
  expect(
    heard([
      { ...NONE, statuses: [status] },
      vertex('a', '[t0 builder 1/6] FROM x'),
      vertex('z', '[internal] load local bake definitions'),
      { ...NONE, warnings: [{ vertex: '', text: 'lint' }] },
    ]),
  ).toEqual(['t0 a has sha256:x', 't0 a [builder 1/6] FROM x', 't0 warns lint']);
});

it('lint is told to the target whose Dockerfile it is about', () => {
  expect(
    heard([
      vertex('d0', '[t0 internal] load build definition from Dockerfile'),
      vertex('d1', '[t1 internal] load build definition from Dockerfile'),
      { ...NONE, warnings: [{ vertex: 'd1', text: 'lint' }] },
    ]).at(-1),
  ).toBe('t1 warns lint');
});

it('of a step that prints for ever, a target that comes later hears the end', () => {
  const lines = Array.from({ length: 1_000 }, (_, index) => log('a', String(index)));
  const told = heard([vertex('a', '[t0 1/1] RUN x'), ...lines, vertex('a', '[t1 1/1] RUN x')]);
  expect(told.filter((line) => line.startsWith('t1 a says'))).toEqual(
    Array.from({ length: 200 }, (_, index) => `t1 a says ${index + 800}`),
  );
});
