/** Proxies as Go's programs, docker among them, read them from the environment (golang.org/x/net/http/httpproxy). */
import { request as requestHttp } from 'node:http';
import { Agent, request as requestHttps, type AgentOptions, type RequestOptions } from 'node:https';
import { BlockList, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { DockerCacheError } from '../errors';

export type ProxyEnvironment = Readonly<Record<string, string | undefined>>;

const CONNECT_TIMEOUT_MS = 15_000;

/**
 * The proxy for a URL, undefined where there is none. Loopback is never proxied.
 * @throws DockerCacheError INVALID_CONFIG for a proxy that is neither http nor https
 */
export function proxyFor(url: URL, env: ProxyEnvironment): URL | undefined {
  const names = url.protocol === 'https:' ? ['HTTPS_PROXY', 'https_proxy'] : ['HTTP_PROXY', 'http_proxy'];
  const name = names.find((each) => env[each]);
  if (name === undefined) return undefined;
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  if (isLoopback(host) || isExempt(host, port, env.NO_PROXY || env.no_proxy || '')) return undefined;

  const value = env[name]!;
  const text = value.includes('://') ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  throw new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: `The proxy in ${name} cannot be used.`,
    expected: 'http://host:port or https://host:port',
    // Not the value: it may hold a password.
    found: proxy === undefined ? 'no URL' : `a URL of ${proxy.protocol}//`,
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** @param list NO_PROXY: hosts (with their subdomains), `.domain` (subdomains only), addresses, CIDR blocks, `*` */
function isExempt(host: string, port: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
      if (isIP(entry) === 0 && entryPort !== undefined && entryPort !== port) return false;
      const pattern = isIP(entry) === 0 ? name.replace(/^\*\./, '.') : entry.toLowerCase();
      if (pattern.includes('/')) return isInBlock(host, pattern);
      if (pattern.startsWith('.')) return host.endsWith(pattern);
      return host === pattern || (isIP(host) === 0 && host.endsWith(`.${pattern}`));
    });
}

function isInBlock(host: string, cidr: string): boolean {
  const [address = '', prefix = ''] = cidr.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(host) !== family || !/^\d+$/.test(prefix)) return false;
  if (Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  block.addSubnet(address, Number(prefix), type);
  return block.check(host, type);
}

/** Proxy-Authorization from the user and password in the proxy's URL. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const login = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` };
}

type CreateConnection = (
  options: RequestOptions,
  callback: (error: Error | null, socket?: Duplex) => void,
) => Duplex | undefined;

/** Keeps TLS connections to hosts behind a proxy, each through a CONNECT tunnel (RFC 9110, 9.3.6). */
export class TunnelAgent extends Agent {
  readonly #proxy: URL;

  constructor(proxy: URL, options: AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  /** Called by node for each new connection; the callback takes what is not ready at once. */
  override createConnection(options: RequestOptions, callback: Parameters<CreateConnection>[1]): undefined {
    const connect = (Agent.prototype as unknown as { createConnection: CreateConnection }).createConnection;
    openTunnel(this.#proxy, `${options.host}:${options.port}`).then(
      (socket) => callback(null, connect.call(this, { ...options, socket } as RequestOptions, callback)),
      (error: unknown) => callback(error as Error),
    );
  }
}

function openTunnel(proxy: URL, target: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const ask = proxy.protocol === 'https:' ? requestHttps : requestHttp;
    const headers = { host: target, ...proxyHeaders(proxy) };
    const request = ask(proxy, {
      method: 'CONNECT',
      path: target,
      headers,
      timeout: CONNECT_TIMEOUT_MS,
      agent: false,
    });
    request.on('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${response.statusCode} to CONNECT ${target}`));
    });
    request.on('timeout', () => request.destroy(new Error(`the proxy ${proxy.host} did not answer`)));
    request.on('error', reject);
    request.end();
  });
}
