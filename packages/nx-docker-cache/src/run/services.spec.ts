import { FakeClock } from '../../test/fakes/clock';
import type { PlannedService } from '../model/task';
import type { ServicePort, ServiceState } from '../ports/services';
import { withServices } from './services';

const service = (name: string, more: Partial<PlannedService> = {}): PlannedService => ({
  ...{ name, image: `${name}:1`, reference: `${name}@sha256:1`, command: [], env: new Map(), tmpfs: [] },
  ...{ health: 'check', timeout: 60, ...more },
});
const UP: ServiceState = { running: true, exitCode: 0, healthy: true };
const STARTING: ServiceState = { ...UP, healthy: false };

class FakeServices implements ServicePort {
  readonly calls: string[] = [];
  readonly lifetimes: (number | undefined)[] = [];
  /** What `states` says, the last of them from then on. */
  rounds: Record<string, ServiceState | undefined>[] = [{}];
  broken: string | undefined;
  createNetwork = async (lifetime: number | undefined): Promise<string> => {
    this.lifetimes.push(lifetime);
    return 'net';
  };
  async launch({ name }: PlannedService, network: string, lifetime: number | undefined): Promise<string> {
    this.lifetimes.push(lifetime);
    this.calls.push(`launch ${name} ${network}`);
    if (name === this.broken) throw new Error(`no ${name}`);
    await Promise.resolve();
    return name;
  }
  async states(ids: readonly string[]): Promise<(ServiceState | undefined)[]> {
    const round = this.rounds.length > 1 ? this.rounds.shift()! : this.rounds[0]!;
    return ids.map((id) => (id in round ? round[id] : UP));
  }
  logs = async (id: string): Promise<string[]> => [`${id} says`];
  async clear(ids: readonly string[], network: string): Promise<void> {
    this.calls.push(`clear ${ids.join(' ')} ${network}`);
  }
}

function play(port: FakeServices, services: PlannedService[], result = 0, abort = new AbortController()) {
  const lines: string[] = [];
  const clock = new FakeClock();
  const ports = { services: port, clock, logger: { line: (text: string) => void lines.push(text) } };
  const ended = withServices(
    ...([{ services, timeout: 30 }, ports, abort.signal] as const),
    async (network) => {
      port.calls.push(`task on ${network ?? 'nothing'}`);
      return result;
    },
    (code) => code !== 0,
  );
  return { ended, lines };
}

it('are not there where none are asked for', async () => {
  const port = new FakeServices();
  expect(await play(port, []).ended).toBe(0);
  expect(port.calls).toEqual(['task on nothing']);
});

it('are all ready before the task begins, and removed after it', async () => {
  const port = new FakeServices();
  port.rounds = [{ db: STARTING, web: STARTING }, { db: STARTING }, { db: UP }];
  const { ended, lines } = play(port, [service('db'), service('web')]);
  expect(await ended).toBe(0);
  expect(port.calls).toEqual(['launch db net', 'launch web net', 'task on net', 'clear db web net']);
  expect(lines).toEqual([]);
  // What they may take to get ready, and the task's own.
  expect(port.lifetimes).toEqual([90, 90, 90]);
});

it('are as good as ready where nothing checks them', async () => {
  const port = new FakeServices();
  port.rounds = [{ db: { ...UP, healthy: undefined } }];
  expect(await play(port, [service('db')]).ended).toBe(0);
});

it('show what they said where the task fails', async () => {
  const { ended, lines } = play(new FakeServices(), [service('db'), service('web')], 3);
  expect(await ended).toBe(3);
  expect(lines).toEqual(['  db | db says', '  web | web says']);
});

it.each<[string, ServiceState | undefined, string, string]>([
  [
    'that ends',
    { ...UP, running: false, exitCode: 1 },
    'the service db ended before the task began',
    'exit code 1',
  ],
  ['that is gone', undefined, 'the service db ended before the task began', 'none'],
  ['that is never ready', STARTING, 'the service db was not ready within 60 s', 'check fails'],
])('one %s is an error, with its last lines', async (_, state, message, found) => {
  const port = new FakeServices();
  port.rounds = [{ db: state }];
  const { ended, lines } = play(port, [service('db')]);
  await expect(ended).rejects.toMatchObject({
    ...{ code: 'SERVICE_FAILED', message, found: expect.stringContaining(found) },
  });
  expect(port.calls).toEqual(['launch db net', 'clear db net']);
  expect(lines).toEqual(['  db | db says']);
});

it('removes those that were made where another one cannot be', async () => {
  const port = new FakeServices();
  port.broken = 'web';
  await expect(play(port, [service('web'), service('db')]).ended).rejects.toThrow('no web');
  expect(port.calls.at(-1)).toBe('clear db net');
});

it('is interrupted while it waits', async () => {
  const port = new FakeServices();
  port.rounds = [{ db: STARTING }];
  const abort = new AbortController();
  const { ended, lines } = play(port, [service('db', { timeout: 1e6 })], 0, abort);
  setTimeout(() => abort.abort(), 20);
  await expect(ended).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(port.calls).toEqual(['launch db net', 'clear db net']);
  expect(lines).toEqual([]);
});
