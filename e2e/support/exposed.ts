/** What an agent has behind a socket, behind a TCP port of this machine. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onCleanup } from './cleanup';
import type { Agent } from './engine';

/** The engine speaks BuildKit's protocol on a connection of its API that was upgraded. */
const UPGRADE = 'POST /grpc HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

export interface Exposed {
  readonly port: number;
  /** No connection is taken any more, and those there are end. */
  stop(): Promise<void>;
}

/** The BuildKit of its engine, as a BuildKit speaks that is a program of its own. It ends after the last test. */
export function exposeBuildKit(of: Agent): Promise<Exposed> {
  return expose(of, upgrade);
}

/** Its engine, as `DOCKER_HOST=tcp://…` reaches one. It ends after the last test. */
export function exposeEngine(of: Agent): Promise<Exposed> {
  return expose(of, join);
}

async function expose(of: Agent, connected: (incoming: Socket, engine: Socket) => void): Promise<Exposed> {
  const socket = (of.env['DOCKER_HOST'] ?? '').replace('unix://', '');
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    open.add(incoming);
    incoming.on('close', () => open.delete(incoming));
    const engine = connect(socket);
    incoming.on('error', () => engine.destroy());
    engine.on('error', () => incoming.destroy());
    connected(incoming, engine);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const one of open) one.destroy();
    await closed(server);
  };
  onCleanup(stop);
  return { port: (server.address() as AddressInfo).port, stop };
}

function upgrade(incoming: Socket, engine: Socket): void {
  incoming.pause();
  engine.write(UPGRADE);
  let head = Buffer.alloc(0);
  const onData = (data: Buffer): void => {
    head = Buffer.concat([head, data]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    engine.off('data', onData);
    if (!head.subarray(0, end).includes(' 101 ')) {
      incoming.destroy();
      return;
    }
    incoming.write(head.subarray(end + 4));
    join(incoming, engine);
  };
  engine.on('data', onData);
}

function join(incoming: Socket, engine: Socket): void {
  engine.pipe(incoming);
  incoming.pipe(engine);
}

async function closed(server: Server): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
