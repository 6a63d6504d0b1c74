import { RegistryError } from './error';
import { exchange, type Wire, type WireRequest, type WireResponse } from './exchange';
import { redactUrl } from './redact';
import type { Call } from './retry';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 5;

/** true where a host may be spoken to without TLS. */
export type AllowPlain = (host: string) => boolean;

/**
 * Sends a request and follows its redirects: reads everywhere but to an unprotected connection, writes only
 * within their origin (307, 308). Authorization stays with the origin that it was made for.
 */
export async function follow(
  wire: Wire,
  request: WireRequest,
  call: Call,
  allowPlain: AllowPlain,
): Promise<WireResponse> {
  let current = request;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops += 1) {
    const response = await exchange(wire, current, call);
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null) return response;
    const next = nextRequest(current, location, response.status, allowPlain);
    if (next === undefined) return response;
    current = next;
  }
  throw refused(request, `more than ${MAX_REDIRECTS} redirects`);
}

/** Undefined where the redirect is not to be followed: the caller sees the 3xx. */
function nextRequest(
  request: WireRequest,
  location: string,
  status: number,
  allowPlain: AllowPlain,
): WireRequest | undefined {
  if (!URL.canParse(location, request.url)) throw refused(request, 'a redirect to something that is no URL');
  const target = new URL(location, request.url);
  const isSameOrigin = target.origin === new URL(request.url).origin;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead && !(isSameOrigin && (status === 307 || status === 308))) return undefined;
  if (!isProtected(target, allowPlain)) {
    throw refused(request, `a redirect to ${redactUrl(target.href)}, which is not protected by TLS`);
  }
  if (isSameOrigin) return { ...request, url: target.href };
  const { authorization: _kept, ...headers } = request.headers;
  return { ...request, url: target.href, headers };
}

/** true for https, and for http where the host may be plain. */
export function isProtected(url: URL, allowPlain: AllowPlain): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && allowPlain(url.host));
}

function refused({ method, url }: WireRequest, why: string): RegistryError {
  const safeUrl = redactUrl(url);
  return new RegistryError({
    reason: 'invalid-response',
    message: `${method} ${safeUrl} answered with ${why}; it was not followed.`,
    method,
    url: safeUrl,
  });
}
