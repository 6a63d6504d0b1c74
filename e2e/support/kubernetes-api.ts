/**
 * The part of a cluster's API that buildx's driver `kubernetes` needs: one deployment, its pods, and a command in a pod.
 * The driver and its way to BuildKit are real, and so is the BuildKit of each pod: an agent's. Only the cluster is ours.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, type Duplex } from 'node:stream';
import { onCleanup } from './cleanup';
import type { Exposed } from './exposed';
import { SpdyServer } from './spdy';

/** The order in which client-go opens the streams of a command (remotecommand, v2.go). */
const [ERROR, STDIN, STDOUT, STDERR] = [1, 3, 5, 7] as const;

export interface KubernetesApi {
  /** Path of a kubeconfig with a token for it. */
  readonly kubeconfig: string;
  /** What was asked, as `verb resource`: what a role has to allow. */
  readonly asked: ReadonlySet<string>;
  /** Pods to which a command was given. */
  readonly used: readonly string[];
}

const VERBS: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', DELETE: 'delete' };

/** @param pods the BuildKit of each; all are ready as soon as the deployment is there */
export async function kubernetesApi(namespace: string, pods: readonly Exposed[]): Promise<KubernetesApi> {
  const asked = new Set<string>();
  const used: string[] = [];
  const open = new Set<Duplex>();
  /** The body that makes it is no JSON; buildx has asked for it by its name before. */
  let deployment = '';
  let isMade = false;
  const podName = (index: number): string => `${deployment}-${index}`;
  const note = (method = 'GET', resource: string, name?: string): void => {
    asked.add(`${VERBS[method] ?? (name === undefined ? 'list' : 'get')} ${resource}`);
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const path = new URL(request.url ?? '', 'http://api').pathname;
    const [, resource = '', name] =
      new RegExp(`/namespaces/${namespace}/(\\w+)(?:/([\\w-]+))?$`).exec(path) ?? [];
    note(request.method, resource, name);
    if (resource === 'deployments') {
      if (name !== undefined) deployment = name;
      isMade ||= request.method === 'POST';
      if (isMade)
        return send(request.method === 'POST' ? 201 : 200, readyDeployment(deployment, pods.length));
    }
    if (resource === 'pods') {
      const items = pods.map((_, index) => ({
        metadata: { name: podName(index), namespace },
        spec: { containers: [{ name: 'buildkitd' }] },
        status: { phase: 'Running' },
      }));
      return send(200, { kind: 'PodList', apiVersion: 'v1', items });
    }
    return send(404, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 });
  };
  const server = createServer(answer);
  server.on('connection', (socket) => open.add(socket));
  server.on('upgrade', (request, socket, first) => {
    const url = new URL(request.url ?? '', 'http://api');
    const [, name = ''] = /\/pods\/([\w-]+)\/exec$/.exec(url.pathname) ?? [];
    const pod = pods.find((_, index) => podName(index) === name);
    if (pod === undefined || url.searchParams.getAll('command').join(' ') !== 'buildctl dial-stdio')
      return void socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    note(request.method, 'pods/exec', name);
    used.push(name);
    socket.write(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n',
    );
    dialStdio(socket, first, pod.port);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'e2e-kube-'));
  onCleanup(async () => {
    rmSync(folder, { recursive: true, force: true });
    for (const one of open) one.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const kubeconfig = join(folder, 'config');
  writeFileSync(kubeconfig, configOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  return { kubeconfig, asked, used };
}

/** `buildctl dial-stdio` in a pod: its stdin and stdout are those of BuildKit, which speaks first. */
function dialStdio(socket: Duplex, first: Buffer, port: number): void {
  const input = new PassThrough();
  const start = (): void => {
    const buildkit = connect(port, '127.0.0.1');
    input.pipe(buildkit);
    buildkit.on('data', (data) => spdy.send(STDOUT, data));
    buildkit.on('end', () => [STDOUT, STDERR, ERROR].forEach((stream) => spdy.end(stream)));
    buildkit.on('error', () => socket.destroy());
    socket.on('close', () => buildkit.destroy());
  };
  const spdy = new SpdyServer(socket, first, {
    onOpen: (stream) => {
      if (stream === STDERR) start();
    },
    onData: (stream, data) => {
      if (stream === STDIN) input.write(data);
    },
    onEnd: (stream) => {
      if (stream === STDIN) input.end();
    },
  });
  socket.on('error', () => socket.destroy());
}

export function configOf(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'e2e',
    clusters: [{ name: 'e2e', cluster: { server } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'ci' } }],
    users: [{ name: 'ci', user: { token: 'e2e' } }],
  });
}

function readyDeployment(name: string, replicas: number): object {
  const spec = { replicas, selector: { matchLabels: { app: name } } };
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: { name },
    spec,
    status: { readyReplicas: replicas },
  };
}
