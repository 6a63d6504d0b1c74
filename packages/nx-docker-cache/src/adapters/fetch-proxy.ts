/** Proxies as Go's programs, docker among them, read them from the environment (golang.org/x/net/http/httpproxy). */
import { request as requestHttp } from 'node:http';
import { Agent, request as requestHttps, type AgentOptions } from 'node:https';
import { BlockList, isIP, isIPv6, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
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
  if (isExempt(host, port, env.NO_PROXY || env.no_proxy || '')) return undefined;
  const text = env[name]!;
  const proxy = URL.parse === undefined ? parseUrl(withScheme(text)) : parseUrl(withScheme(text));
  if (proxy?.protocol === 'http:' || proxy?.protocol === 'https:') return proxy;
  // The value may hold a password.
  throw new DockerCacheError({
    code: 'INVALID_CONFIG',
    message: `The proxy in ${name} cannot be used.`,
    expected: 'http://host:port or https://host:port',
    found: proxy === undefined ? 'no URL' : `a ${proxy.protocol} URL`,
  });
}
