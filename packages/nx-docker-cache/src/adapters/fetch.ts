/**
 * `fetch` as far as a registry client needs it, over node's http: it trusts what the engine trusts, goes through
 * the proxies that the environment names, and costs a fraction of the global one's start.
 */
import {
  Agent as HttpAgent,
  request as requestHttp,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import type { Fetch, FetchInit, FetchResponse } from '../registry';
import { proxyFor, proxyHeaders, TunnelAgent, type ProxyEnvironment } from './fetch-proxy';
import { trustFor, type TrustOptions } from './fetch-trust';

export interface FetchOptions extends TrustOptions {
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY stand, in either case. */
  readonly env?: ProxyEnvironment;
}

interface Route {
  readonly agent: HttpAgent;
  /** Set for plain HTTP through a proxy, which gets the whole URL as path. */
  readonly proxy: URL | undefined;
}

const AGENT = { keepAlive: true, maxSockets: 16 } as const;

/** Connections are kept between requests and do not keep the process alive. */
export function createFetch(options: FetchOptions = {}): Fetch {
  const { env = process.env } = options;
  const routes = new Map<string, Promise<Route>>();
  const plain = new HttpAgent(AGENT);

  const makeRoute = async (url: URL): Promise<Route> => {
    const proxy = proxyFor(url, env);
    if (url.protocol === 'http:') {
      return { agent: proxy?.protocol === 'https:' ? new HttpsAgent(AGENT) : plain, proxy };
    }
    const tls = { ...AGENT, ...(await trustFor(url.host, options)) };
    return {
      agent: proxy === undefined ? new HttpsAgent(tls) : new TunnelAgent(proxy, tls),
      proxy: undefined,
    };
  };

  return async (text, init) => {
    const url = new URL(text);
    let route = routes.get(url.origin);
    if (route === undefined) {
      route = makeRoute(url);
      routes.set(url.origin, route);
    }
    return send(url, init, await route);
  };
}

async function send(url: URL, init: FetchInit, route: Route): Promise<FetchResponse> {
  try {
    return await sendOnce(url, init, route);
  } catch (error) {
    // The server closed a kept connection just as it was used again. A write may have been done already: whoever
    // asked for it knows how to start over.
    const isRead = init.method === 'GET' || init.method === 'HEAD';
    if (isRead && error instanceof StaleConnectionError) return sendOnce(url, init, route);
    throw error;
  }
}

class StaleConnectionError extends Error {
  readonly code = 'ECONNRESET';
}

function sendOnce(url: URL, init: FetchInit, { agent, proxy }: Route): Promise<FetchResponse> {
  const { method, headers, body, signal } = init;
  const options: RequestOptions = { method, headers, signal, agent };
  return new Promise((resolve, reject) => {
    const target = proxy ?? url;
    const ask = target.protocol === 'https:' ? requestHttps : requestHttp;
    const request = ask(
      target,
      proxy === undefined ? options : { ...options, ...viaProxy(url, headers, proxy) },
    );
    request.on('response', (message) => resolve(toResponse(message, method)));
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted;
      reject(isStale ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
    request.end(body);
  });
}

/** RFC 9112, 3.2.2: a proxy is asked for the whole URL. */
function viaProxy(url: URL, headers: FetchInit['headers'], proxy: URL): RequestOptions {
  return { path: url.href, headers: { ...headers, host: url.host, ...proxyHeaders(proxy) } };
}

function toResponse(message: IncomingMessage, method: string): FetchResponse {
  const { statusCode: status = 0, headers } = message;
  const isEmpty = method === 'HEAD' || status === 204 || status === 304;
  // Reading to the end is what gives the connection back.
  if (isEmpty) message.resume();
  return {
    status,
    headers: {
      get: (name) => {
        const value = headers[name.toLowerCase()];
        return value === undefined ? null : String(value);
      },
    },
    body: isEmpty ? null : message,
  };
}
