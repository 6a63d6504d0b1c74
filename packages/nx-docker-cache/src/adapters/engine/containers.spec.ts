import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ContainerPort, ContainerSpec } from '../../ports/container';
import { containersOf } from './containers';
import { ownerOf } from './owner';

const SPEC: ContainerSpec = {
  ...{ image: 'r@sha256:1', command: ['test'], env: new Map(), lifetime: undefined },
  settings: {
    ...{ entrypoint: 'npm', workdir: undefined, user: undefined, network: undefined },
    ...{ volumes: [], tmpfs: [], memory: undefined, cpus: undefined },
  },
};

const EXITED = { Status: 'exited', Running: false, ExitCode: 0, StartedAt: '2026-01-01T00:00:00Z' };

/** An engine of which each test says what it answers. */
describe('containers by the socket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'containers-'));
  const socketPath = join(folder, 'docker.sock');
  let server: Server;
  let calls: string[];
  let answers: Record<string, (response: ServerResponse) => void>;
  let onAttach: (socket: Duplex) => void;
  let containers: ContainerPort;

  const say = (status: number, body?: unknown) => (response: ServerResponse) =>
    void response.writeHead(status).end(body === undefined ? undefined : JSON.stringify(body));

  beforeEach(async () => {
    [calls, answers, onAttach] = [[], {}, (socket) => void socket.end()];
    server = createServer((request: IncomingMessage, response) => {
      const line = `${request.method!} ${request.url!.split('?')[0]!}`;
      calls.push(line);
      request.resume();
      (answers[line] ?? say(500, { message: `nobody answers ${line}` }))(response);
    });
    server.on('upgrade', (request, socket) => {
      calls.push(`${request.method!} ${request.url!}`);
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      onAttach(socket);
    });
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    containers = containersOf(folder, { DOCKER_HOST: `unix://${socketPath}`, DOCKER_CONFIG: folder });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function outputOf(id: string): Promise<string> {
    let text = '';
    await containers.start(id, async (channel, chunk) => {
      text += `${channel}:${Buffer.from(chunk).toString()}`;
    });
    return text;
  }

  it('are attached to before they start, and waited for', async () => {
    let attached: Duplex | undefined;
    onAttach = (socket) => (attached = socket);
    answers['POST /containers/create'] = say(201, { Id: 'c1' });
    answers['POST /containers/c1/start'] = (response) => {
      attached!.write(Buffer.from([1, 0, 0, 0, 0, 0, 0, 3]));
      attached!.write('one');
      attached!.end(Buffer.from([2, 0, 0, 0, 0, 0, 0, 1, 33]));
      say(204)(response);
    };
    answers['POST /containers/c1/wait'] = say(200, { StatusCode: 0 });
    expect(await containers.create(SPEC)).toBe('c1');
    expect(await outputOf('c1')).toBe('stdout:onestderr:!');
    expect(calls).toEqual([
      'POST /containers/create',
      'POST /containers/c1/attach?stream=1&stdout=1&stderr=1',
      'POST /containers/c1/start',
      'POST /containers/c1/wait',
    ]);
  });

  it('say why they cannot be made', async () => {
    answers['POST /containers/create'] = say(404, { message: 'No such image: r@sha256:1' });
    await expect(containers.create(SPEC)).rejects.toMatchObject({
      ...{ code: 'CONTAINER_FAILED', found: 'No such image: r@sha256:1' },
    });
  });

  it('say why they cannot be started, where their output would be', async () => {
    answers['POST /containers/c1/start'] = say(400, { message: 'exec: "npm": not found' });
    expect(await outputOf('c1')).toBe('stderr:exec: "npm": not found\n');
  });

  it('that are gone are no state', async () => {
    answers['GET /containers/c1/json'] = say(404, { message: 'No such container' });
    await expect(containers.state('c1')).rejects.toMatchObject({ code: 'CONTAINER_FAILED' });
    answers['GET /containers/c1/json'] = say(200, {
      State: { ...EXITED, ExitCode: 137, OOMKilled: true, Error: '' },
      Config: { WorkingDir: '' },
    });
    expect(await containers.state('c1')).toEqual({
      ...{ running: false, finished: true, exitCode: 137, outOfMemory: true, error: '', workdir: '/' },
    });
  });

  it.each([
    ['created', '0001-01-01T00:00:00Z'],
    ['exited', '0001-01-01T00:00:00Z'],
    ['created', '2026-01-01T00:00:00Z'],
  ])('that are %s since %s have not finished', async (Status, StartedAt) => {
    const State = { ...EXITED, Status, StartedAt };
    answers['GET /containers/c1/json'] = say(200, { State, Config: {} });
    expect(await containers.state('c1')).toMatchObject({ finished: false, running: false, exitCode: 0 });
  });

  it('whose engine hangs up are left to their state, and those that run already are taken as they are', async () => {
    answers['POST /containers/c1/start'] = (response) => void response.destroy();
    expect(await outputOf('c1')).toBe('');
    answers['POST /containers/c1/start'] = say(304);
    answers['POST /containers/c1/wait'] = say(200, { StatusCode: 0 });
    expect(await outputOf('c1')).toBe('');
    expect(calls.at(-1)).toBe('POST /containers/c1/wait');
  });

  it('have no result only where the engine says so', async () => {
    answers['GET /containers/c1/archive'] = say(404, { message: 'Could not find the file' });
    expect(await containers.copyOut('c1', '/x', 'x')).toBeUndefined();
    answers['GET /containers/c1/archive'] = say(500, { message: 'the disk is full' });
    await expect(containers.copyOut('c1', '/x', 'x')).rejects.toMatchObject({
      ...{ code: 'CONTAINER_FAILED', found: 'the disk is full' },
    });
    answers['GET /containers/c1/archive'] = (response) => {
      response.writeHead(200, { 'content-length': 1024 }).write('half');
      setTimeout(() => response.destroy(), 20);
    };
    await expect(containers.copyOut('c1', '/x', 'x')).rejects.toMatchObject({ code: 'CONTAINER_FAILED' });
  });

  it('that have ended are killed and removed without a word', async () => {
    answers['POST /containers/c1/kill'] = say(409, { message: 'is not running' });
    answers['DELETE /containers/c1'] = say(404, { message: 'No such container' });
    await containers.kill('c1', 'SIGTERM');
    await containers.remove('c1');
  });

  it('of runs that are gone are removed, others are not', async () => {
    const [machine] = ownerOf().split(' ');
    const owned = (Id: string, owner: string, more = {}) => ({
      ...{ Id, Labels: { 'dev.nx-docker-cache.owner': owner, ...more } },
    });
    const over = { 'dev.nx-docker-cache.deadline': '1000000000' };
    answers['GET /containers/json'] = say(200, [
      ...[owned('gone', `${machine!} 4194304 1`), owned('ours', ownerOf()), owned('far', 'elsewhere/1 1 1')],
      owned('over', 'elsewhere/1 1 1', over),
    ]);
    answers['DELETE /containers/gone'] = say(204);
    answers['DELETE /containers/over'] = say(204);
    answers['GET /networks'] = say(200, [owned('net', `${machine!} 4194304 1`), owned('used', ownerOf())]);
    answers['DELETE /networks/net'] = say(204);
    expect(await containers.removeLeftovers()).toBe(2);
    expect(calls).toEqual([
      ...[
        'GET /containers/json',
        'DELETE /containers/gone',
        'DELETE /containers/over',
        'GET /networks',
        'DELETE /networks/net',
      ],
    ]);
  });
});
