/**
 * A registry in front of a registry that breaks on demand. Engine and command line both see its address only.
 */
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onCleanup } from './cleanup';

export interface Rule {
  /** Matches `METHOD /path?query`. */
  readonly match: RegExp;
  readonly fault: Fault;
  /** How many requests it hits; all where left out. */
  readonly times?: number;
}

export type Fault =
  /** `status` for requests whose body matches; the others go through. */
  | { readonly status: number; readonly body: RegExp }
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: undefined;
    }
  /** The connection is torn down without an answer. */
  | { readonly reset: true }
  /** No answer until the client gives up. */
  | { readonly hang: true }
  /** The registry's answer, this much later. */
  | { readonly delayMs: number }
  /** 200 with this body instead of the registry's. */
  | { readonly body: string; readonly type?: string }
  /** The registry's headers and this many bytes of its body, then the end of the connection. */
  | { readonly truncate: number };

/** What a fault is about: parts of the distribution API, for `match`. */
export const cacheManifests = (scope = '[\\w.-]+'): RegExp =>
  new RegExp(`^(GET|HEAD) /v2/.*/manifests/cache-${scope}$`);
export const CACHE_PUT = /^PUT \/v2\/.*\/manifests\/cache-/;
export const IMAGE_PUT = /^PUT \/v2\/.*\/manifests\/(?!cache-)/;
export const MANIFEST_PUT = /^PUT \/v2\/.*\/manifests\//;
export const BLOB_GET = /^GET \/v2\/.*\/blobs\/sha256:/;
export const UPLOADS = /^(POST|PATCH|PUT) \/v2\/.*\/blobs\/uploads\//;
export const EVERYTHING = /^/;

/** Codes of the distribution spec that registries send with a status. */
const CODES: Readonly<Record<number, string>> = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'MANIFEST_UNKNOWN',
  429: 'TOOMANYREQUESTS',
};

export class FaultyRegistry {
  readonly #upstream: URL;
  readonly #server: Server;
  #rules: { rule: Rule; left: number }[] = [];
  #hits: string[] = [];

  private constructor(upstream: string) {
    this.#upstream = new URL(`http://${upstream}`);
    this.#server = createServer((incoming, response) => this.#handle(incoming, response));
  }

  /** @param upstream `127.0.0.1:port` */
  static async start(upstream: string): Promise<FaultyRegistry> {
    const proxy = new FaultyRegistry(upstream);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    onCleanup(() => proxy.stop());
    return proxy;
  }

  /** `127.0.0.1:port` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Replaces all rules; the first one that matches wins. */
  break(...rules: readonly Rule[]): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Infinity }));
    this.#hits = [];
  }

  /** Requests that a rule broke since `break`. */
  get hits(): readonly string[] {
    return this.#hits;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(incoming: IncomingMessage, response: ServerResponse): void {
    const line = `${incoming.method ?? ''} ${incoming.url ?? ''}`;
    const found = this.#rules.find(({ rule, left }) => left > 0 && rule.match.test(line));
    if (found === undefined) return this.#forward(incoming, response);
    found.left--;
    this.#hits.push(line);
    this.#fail(found.rule.fault, incoming, response);
  }

  #fail(fault: Fault, incoming: IncomingMessage, response: ServerResponse): void {
    if ('hang' in fault) return;
    if ('reset' in fault) {
      incoming.socket.resetAndDestroy();
      return;
    }
    if ('delayMs' in fault) {
      setTimeout(() => this.#forward(incoming, response), fault.delayMs);
      return;
    }
    if ('truncate' in fault) return this.#forward(incoming, response, fault.truncate);
    if ('status' in fault && fault.body !== undefined) {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const body = Buffer.concat(chunks);
        if (fault.body.test(body.toString('utf8'))) answerWith(response, incoming, fault.status);
        else this.#forward(incoming, response, undefined, body);
      });
      return;
    }
    // A request's body is read to its end, or the client sees a broken pipe and not the answer.
    incoming.resume().on('end', () => {
      if ('status' in fault && fault.body === undefined) {
        answerWith(response, incoming, fault.status, fault.headers);
      } else {
        const type = fault.type ?? 'application/vnd.oci.image.manifest.v1+json';
        response.writeHead(200, { 'content-type': type, 'content-length': Buffer.byteLength(fault.body) });
        response.end(incoming.method === 'HEAD' ? undefined : fault.body);
      }
    });
  }

  /** The registry builds its Location headers from Host, so they lead back here. */
  #forward(incoming: IncomingMessage, response: ServerResponse, truncate?: number, body?: Buffer): void {
    const { hostname, port } = this.#upstream;
    const { method, url, headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      if (truncate === undefined) {
        answer.pipe(response);
        return;
      }
      // What has no body cannot be half of one.
      answer.on('end', () => response.end());
      answer.once('data', (chunk: Buffer) => {
        response.write(chunk.subarray(0, truncate), () => incoming.socket.destroy());
      });
    });
    onward.on('error', () => incoming.socket.destroy());
    if (body === undefined) incoming.pipe(onward);
    else onward.end(body);
  }
}

function answerWith(
  response: ServerResponse,
  { method }: IncomingMessage,
  status: number,
  headers: Readonly<Record<string, string>> = {},
): void {
  const errors = [{ code: CODES[status] ?? 'UNKNOWN', message: `${status} on purpose` }];
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(method === 'HEAD' ? undefined : JSON.stringify({ errors }));
}
