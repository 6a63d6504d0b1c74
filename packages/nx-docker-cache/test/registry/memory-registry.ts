/** A registry for tests: the distribution API over a real socket, its content in memory, and faults on demand. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { MemoryDoor, type MemoryAuth } from './memory-auth';
import { answer, needOf } from './memory-routes';
import { MemoryStore } from './memory-store';

export interface MemoryRegistryOptions {
  readonly auth?: MemoryAuth;
  /** PEM; plain HTTP where left out. With `requestCert`, clients need a certificate of `ca`. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    readonly ca?: string;
    readonly requestCert?: boolean;
  };
  /** Most tags a page. */
  readonly pageSize?: number;
  /** false: 405. */
  readonly deletes?: boolean;
  /** false: every mount wants an upload. */
  readonly mounts?: boolean;
  /** false: 404, as registries before 1.1. */
  readonly referrers?: boolean;
  /** false: no Docker-Content-Digest with manifests. */
  readonly digestHeader?: boolean;
  /** Origin of another server that blobs are redirected to. */
  readonly blobsAt?: string;
}

export interface MemoryRequest {
  readonly method: string;
  /** Without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The registry's own, for instance `http://127.0.0.1:4711`. */
  readonly origin: string;
}

export interface MemoryAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly body?: Buffer | string;
}

/** What goes wrong with the next requests that match: an answer of another kind, a delay, or a broken connection. */
export interface Fault extends Partial<MemoryAnswer> {
  /** Start of `METHOD /path?query`, or a pattern for it. */
  readonly on: string | RegExp;
  /** Requests that it strikes; 1 where left out. */
  readonly times?: number;
  readonly delayMs?: number;
  /** true: the connection breaks without an answer. */
  readonly reset?: boolean;
}

export interface RecordedRequest {
  /** `METHOD /path?query` */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

export class MemoryRegistry implements AsyncDisposable {
  readonly store = new MemoryStore();
  /** Every request since the start or the last `forget`. */
  readonly requests: RecordedRequest[] = [];
  /** Connections that were opened so far. */
  connections = 0;
  readonly #options: MemoryRegistryOptions;
  readonly #door: MemoryDoor;
  readonly #server: Server;
  readonly #closing = new AbortController();
  readonly #sockets = new Set<Socket>();
  readonly #faults: { fault: Fault; left: number }[] = [];

  /** @see startMemoryRegistry */
  constructor(options: MemoryRegistryOptions) {
    this.#options = options;
    this.#door = new MemoryDoor(options.auth);
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      this.#handle(request, response).catch(() => response.destroy());
    };
    this.#server = options.tls === undefined ? createServer(handle) : createSecureServer(options.tls, handle);
    this.#server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** `127.0.0.1:port`, what references begin with. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get origin(): string {
    return `${this.#options.tls === undefined ? 'http' : 'https'}://${this.host}`;
  }

  /** Lines of the requests that match, in order. */
  lines(pattern: RegExp = /./): readonly string[] {
    return this.requests.map(({ line }) => line).filter((line) => pattern.test(line));
  }

  forget(): void {
    this.requests.length = 0;
  }

  fault(fault: Fault): void {
    this.#faults.push({ fault, left: fault.times ?? 1 });
  }

  revokeTokens(): void {
    this.#door.revoke();
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const line = `${method} ${url}`;
    this.requests.push({ line, authorization: headers.authorization, headers });
    const body = await readAll(incoming);
    const struck = this.#strike(line);
    if (struck?.delayMs !== undefined)
      await setTimeout(struck.delayMs, undefined, { signal: this.#closing.signal });
    if (struck?.reset === true) return void incoming.socket.resetAndDestroy();
    const { pathname: path, searchParams: query } = new URL(url, this.origin);
    const request: MemoryRequest = { method, path, query, headers, body, origin: this.origin };
    write(
      response,
      struck?.status === undefined ? this.#answer(request) : { status: struck.status, ...struck },
      method,
    );
  }

  #answer(request: MemoryRequest): MemoryAnswer {
    if (request.path === '/token') return this.#door.token(request);
    const refusal = this.#door.check(request, needOf(request));
    if (refusal !== undefined) return refusal;
    const mayPull = (name: string): boolean =>
      this.#door.check(request, { name, action: 'pull' }) === undefined;
    return answer(this.store, this.#options, request, mayPull);
  }

  #strike(line: string): Fault | undefined {
    const hit = this.#faults.find(
      ({ fault, left }) =>
        left > 0 && (typeof fault.on === 'string' ? line.startsWith(fault.on) : fault.on.test(line)),
    );
    if (hit !== undefined) hit.left -= 1;
    return hit?.fault;
  }
}

/** A registry that listens on a free port of 127.0.0.1. */
export function startMemoryRegistry(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  return new MemoryRegistry(options).listen();
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function write(
  response: ServerResponse,
  { status, headers, json, body }: MemoryAnswer,
  method: string,
): void {
  const content = Buffer.from(json === undefined ? (body ?? '') : JSON.stringify(json));
  const type = json === undefined ? {} : { 'content-type': 'application/json' };
  response.writeHead(status, { ...type, 'content-length': content.length, ...headers });
  response.end(method === 'HEAD' ? undefined : content);
}
