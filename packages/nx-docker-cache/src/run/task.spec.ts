import { FakeClock } from '../../test/fakes/clock';
import type { TaskPlan } from '../model/task';
import type { ContainerPort, ContainerState, OutputChannel } from '../ports/container';
import { runContainer, type Interrupt } from './task';

const SETTINGS: TaskPlan['settings'] = {
  ...{ entrypoint: 'npm', workdir: undefined, user: '1', network: undefined },
  ...{ volumes: [], tmpfs: [], memory: undefined, cpus: undefined },
};
const PLAN: TaskPlan = {
  ...{
    project: 'api',
    stage: 'builder',
    shown: 'npm test',
    settings: SETTINGS,
    command: ['npm', 'test'],
  },
  ...{ env: new Map([['A', '1']]), secrets: [], services: [], timeout: undefined, outputs: [] },
  record: { key: 'k', read: [], write: undefined, obstacle: undefined },
};

class FakeContainers implements ContainerPort {
  readonly calls: string[] = [];
  readonly cleared: string[] = [];
  /** Why places of results cannot be cleared. */
  stuck: string[] = [];
  readonly clock = new FakeClock();
  state_: Partial<ContainerState> = {};
  /** What happens while the container runs. */
  during: () => void | Promise<void> = () => undefined;
  output: [OutputChannel, string][] = [];
  created: unknown;
  removeLeftovers = async (): Promise<number> => 0;
  pull = async (): Promise<undefined> => undefined;
  async create(spec: unknown): Promise<string> {
    this.created = spec;
    this.calls.push('create');
    return 'id';
  }
  async start(_: string, onOutput: Parameters<ContainerPort['start']>[1]): Promise<void> {
    this.calls.push('start');
    for (const [channel, text] of this.output) await onOutput(channel, Buffer.from(text));
    await this.during();
  }
  async state(): Promise<ContainerState> {
    const ended = { running: false, finished: true, exitCode: 0, outOfMemory: false };
    return { ...ended, error: '', workdir: '/app', ...this.state_ };
  }
  async kill(_: string, signal: string): Promise<void> {
    this.calls.push(`kill ${signal}`);
  }
  async copyOut(_: string, from: string, to: string) {
    this.calls.push(`copy ${from} ${to}`);
    if (from.endsWith('unreadable')) throw new Error('engine is busy');
    return from.endsWith('missing') ? undefined : { paths: [`${to}/x`], bytes: 2, refused: [] };
  }
  async remove(): Promise<void> {
    this.calls.push('remove');
  }
}

function run(containers: FakeContainers, plan: Partial<TaskPlan> = {}, interrupt?: Interrupt) {
  const written: [OutputChannel, string][] = [];
  const output = {
    write: async (channel: OutputChannel, chunk: Uint8Array) =>
      void written.push([channel, Buffer.from(chunk).toString()]),
  };
  const never: Interrupt = { signal: new AbortController().signal, received: () => undefined };
  const results = {
    clear: async (places: readonly string[]) => {
      containers.cleared.push(...places);
      return { kept: [], problems: containers.stuck };
    },
  };
  const ports = { containers, output, results, clock: containers.clock };
  const end = runContainer({ ...PLAN, ...plan }, 'r.test/api@sha256:1', undefined, ports, interrupt ?? never);
  return { end, written };
}

it('runs, hands its output over as it comes, copies results, and is removed', async () => {
  const containers = new FakeContainers();
  containers.output = [
    ['stdout', 'one\n'],
    ['stderr', 'two\n'],
  ];
  containers.during = () => containers.clock.pass(1_500);
  const outputs = [
    { from: 'coverage', to: 'api/coverage', replaced: true },
    { from: '/tmp/missing', to: 'api/missing', replaced: false },
  ];
  const { end, written } = run(containers, { outputs });
  expect(await end).toMatchObject({
    ...{ cut: undefined, exitCode: 0, seconds: 1.5, paths: ['api/coverage/x'], bytes: 2 },
    ...{ missing: ['/tmp/missing'], refused: [] },
  });
  expect(containers.created).toEqual({
    image: 'r.test/api@sha256:1',
    settings: SETTINGS,
    command: PLAN.command,
    env: PLAN.env,
  });
  expect(written).toEqual(containers.output);
  expect(containers.cleared).toEqual(['api/coverage']);
  const copies = ['copy /app/coverage api/coverage', 'copy /tmp/missing api/missing'];
  expect(containers.calls).toEqual(['create', 'start', ...copies, 'remove']);
  expect(Buffer.from((await end).log.bytes([])).toString()).toBe('one\ntwo\n');
});

it('has not passed where its results would lie among those of another run', async () => {
  const outputs = [{ from: 'r', to: 'r', replaced: true }];
  const containers = new FakeContainers();
  containers.stuck = ['r: what was there cannot be removed: EBUSY'];
  await expect(run(containers, { outputs }).end).rejects.toMatchObject({
    ...{ code: 'CONTAINER_FAILED', found: containers.stuck[0] },
  });
  expect(containers.calls.at(-1)).toBe('remove');
  containers.state_ = { exitCode: 3 };
  expect(await run(containers, { outputs }).end).toMatchObject({ exitCode: 3, refused: containers.stuck });
});

it('copies results of a command that failed, and gives its exit code', async () => {
  const containers = new FakeContainers();
  containers.state_ = { exitCode: 3, outOfMemory: true };
  const { end } = run(containers, { outputs: [{ from: 'r', to: 'r', replaced: true }] });
  expect(await end).toMatchObject({ exitCode: 3, outOfMemory: true, paths: ['r/x'] });
});

it('ends a command whose time is up: first politely, then not', async () => {
  const containers = new FakeContainers();
  containers.during = () => containers.clock.pass(25_000);
  containers.state_ = { exitCode: 137 };
  const { end } = run(containers, { timeout: 5, outputs: [{ from: 'r', to: 'r', replaced: true }] });
  expect(await end).toMatchObject({ cut: 'timeout', paths: ['r/x'] });
  const kills = ['kill SIGTERM', 'kill SIGKILL', 'kill SIGKILL'];
  expect(containers.calls).toEqual(['create', 'start', ...kills, 'copy /app/r r', 'remove']);
  expect(containers.clock.timers).toBe(0);
});

it('passes on the signal that we got, and copies nothing then', async () => {
  const containers = new FakeContainers();
  const controller = new AbortController();
  containers.during = () => controller.abort();
  const interrupt: Interrupt = { signal: controller.signal, received: () => 'SIGINT' };
  const { end } = run(
    containers,
    { timeout: 5, outputs: [{ from: 'r', to: 'r', replaced: true }] },
    interrupt,
  );
  expect(await end).toMatchObject({ cut: 'interrupt' });
  expect(containers.calls).toEqual(['create', 'start', 'kill SIGINT', 'remove']);
  expect(containers.clock.timers).toBe(0);
});

it('does not start what was interrupted before', async () => {
  const containers = new FakeContainers();
  const interrupt: Interrupt = { signal: AbortSignal.abort(), received: () => 'SIGTERM' };
  expect(await run(containers, {}, interrupt).end).toMatchObject({ cut: 'interrupt' });
  expect(containers.calls).toEqual(['create', 'remove']);
});

it('removes the container whatever goes wrong', async () => {
  const containers = new FakeContainers();
  containers.during = () => Promise.reject(new Error('no more terminal'));
  await expect(run(containers).end).rejects.toThrow('no more terminal');
  expect(containers.calls).toEqual(['create', 'start', 'remove']);
});

it('takes a container that still runs for a failure, and ends it', async () => {
  const containers = new FakeContainers();
  containers.state_ = { running: true };
  await expect(run(containers).end).rejects.toMatchObject({ code: 'CONTAINER_FAILED' });
  expect(containers.calls.at(-1)).toBe('remove');
});

describe('a container that never ran', () => {
  it('is started once more', async () => {
    const containers = new FakeContainers();
    containers.state_ = { finished: false };
    let starts = 0;
    containers.during = () => {
      if (++starts === 2) containers.state_ = {};
    };
    expect(await run(containers).end).toMatchObject({ cut: undefined, exitCode: 0 });
    expect(containers.calls).toEqual(['create', 'start', 'start', 'remove']);
  });

  it('has not passed', async () => {
    const containers = new FakeContainers();
    containers.state_ = { finished: false };
    await expect(run(containers).end).rejects.toMatchObject({
      ...{ code: 'CONTAINER_FAILED', message: 'the container of the task never started' },
    });
    expect(containers.calls).toEqual(['create', 'start', 'start', 'remove']);
  });

  it('because its program is not there has the exit code of that', async () => {
    const containers = new FakeContainers();
    containers.state_ = { finished: false, exitCode: 127 };
    expect(await run(containers).end).toMatchObject({ exitCode: 127 });
    expect(containers.calls).toEqual(['create', 'start', 'remove']);
  });
});

describe('a result that the engine does not hand out', () => {
  const outputs = [{ from: 'unreadable', to: 'r', replaced: true }];

  it('is the failure of a task that would have passed', async () => {
    const containers = new FakeContainers();
    await expect(run(containers, { outputs }).end).rejects.toThrow('engine is busy');
    expect(containers.calls.at(-1)).toBe('remove');
  });

  it('is named beside the failure of one that has not', async () => {
    const containers = new FakeContainers();
    containers.state_ = { exitCode: 3 };
    expect(await run(containers, { outputs }).end).toMatchObject({
      ...{ exitCode: 3, missing: [], refused: ['unreadable: engine is busy'] },
    });
  });
});
