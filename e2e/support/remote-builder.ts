/**
 * A builder of buildx's driver `remote`: the BuildKit of an agent's engine behind a TCP port, as a pool of builders is
 * reached. The engine speaks BuildKit's protocol on a connection of its API that was upgraded.
 */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { onCleanup } from './cleanup';
import type { Agent } from './engine';
import { mustRun } from './process';

const UPGRADE = 'POST /grpc HTTP/1.1\r\nHost: engine\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

export interface RemoteBuilder {
  readonly name: string;
  /** No connection is taken any more, and those there are end. */
  stop(): Promise<void>;
}

/**
 * @param of whose BuildKit it is
 * @param client whose buildx knows it
 * @param flags of `docker buildx create`
 */
export async function remoteBuilder(
  name: string,
  of: Agent,
  client: Agent,
  ...flags: readonly string[]
): Promise<RemoteBuilder> {
  const socket = (of.env['DOCKER_HOST'] ?? '').replace('unix://', '');
  const open = new Set<Socket>();
  const server = createServer((incoming) => {
    open.add(incoming);
    incoming.on('close', () => open.delete(incoming));
    upgrade(incoming, connect(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = async (): Promise<void> => {
    for (const one of open) one.destroy();
    await closed(server);
  };
  onCleanup(stop);
  const { port } = server.address() as AddressInfo;
  const words = ['buildx', 'create', '--name', name, '--driver', 'remote', ...flags];
  await mustRun('docker', [...words, `tcp://127.0.0.1:${port}`], { env: { ...process.env, ...client.env } });
  return { name, stop };
}

function upgrade(incoming: Socket, engine: Socket): void {
  incoming.pause();
  incoming.on('error', () => engine.destroy());
  engine.on('error', () => incoming.destroy());
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
    engine.pipe(incoming);
    incoming.pipe(engine);
  };
  engine.on('data', onData);
}

async function closed(server: Server): Promise<void> {
  if (server.listening) await new Promise((resolve) => server.close(resolve));
}
