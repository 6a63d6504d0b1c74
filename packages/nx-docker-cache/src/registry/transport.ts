import { Authorizer } from './authorizer';
import type { Challenge } from './challenge';
import { RegistryError } from './error';
import type { Wire, WireResponse } from './exchange';
import { responseFailure } from './failures';
import { Origins } from './origins';
import { redactUrl } from './redact';
import { follow, isProtected, type AllowPlain } from './redirects';
import { withRetry, type Call, type RetryPolicy } from './retry';
import type { CredentialSource } from './types';

export interface TransportOptions {
  readonly wire: Wire;
  readonly retry: RetryPolicy;
  readonly credentials: CredentialSource;
  readonly allowPlain: AllowPlain;
}

export interface ApiRequest {
  /** As in references. */
  readonly host: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Path under the origin, or a URL that the registry gave (an upload's Location). */
  readonly path: string;
  /** For instance `repository:acme/api:pull,push`. */
  readonly scopes: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Statuses that are an answer; all others are thrown. */
  readonly accept: readonly number[];
  /** Bytes of the answer. */
  readonly maxBytes?: number;
  /** What the error says to do next, where the status alone does not tell. */
  readonly hint?: string;
}

/** The spec asks registries to take manifests of 4 MiB at least, and clients to bound them. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

/** Requests to registries: the right origin, authorized, retried, bounded. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #origins: Origins;
  readonly #authorizer: Authorizer;

  constructor(options: TransportOptions) {
    const { wire, allowPlain, credentials } = options;
    this.#options = options;
    // Tokens are shared between calls, so no single call's signal or deadline may end their request.
    const shared: Call = { signal: undefined, deadlineAt: Number.POSITIVE_INFINITY };
    this.#authorizer = new Authorizer({
      credentials,
      allowPlain,
      now: wire.now,
      send: (request) => follow(wire, request, shared, allowPlain),
    });
    this.#origins = new Origins(wire, allowPlain, (host, response) => {
      if (response.status === 401) this.#authorizer.learn(host, response.headers.get('www-authenticate'));
    });
  }

  /** For instance `https://ghcr.io`. */
  origin(host: string): Promise<string> {
    return this.#origins.of(host);
  }

  /** How the host asked to be authorized, as far as it was asked for anything. */
  challenge(host: string): Challenge | undefined {
    return this.#authorizer.challenge(host);
  }

  /** The Authorization header that a request of these scopes is sent with. */
  authorization(host: string, scopes: readonly string[]): Promise<string | undefined> {
    return this.#authorizer.header(host, scopes);
  }

  /** @throws RegistryError for every status that is not in `accept` */
  request(request: ApiRequest, call: Call): Promise<WireResponse> {
    return withRetry(this.#options.retry, call, () => this.#attempt(request, call));
  }

  /** One try, for verbs that have to start over as a whole. */
  requestOnce(request: ApiRequest, call: Call): Promise<WireResponse> {
    return this.#attempt(request, call);
  }

  /** Runs a verb of several requests again as one where it fails for a passing reason. */
  retrying<T>(call: Call, attempt: () => Promise<T>): Promise<T> {
    return withRetry(this.#options.retry, call, attempt);
  }

  async #attempt(request: ApiRequest, call: Call): Promise<WireResponse> {
    const { host, scopes } = request;
    const origin = await this.#origins.of(host);
    const url = new URL(request.path, origin);
    const isHome = url.origin === origin;
    if (!isHome && !isProtected(url, this.#options.allowPlain)) throw unprotected(host, url);
    const used = isHome ? await this.#authorizer.header(host, scopes) : undefined;
    let response = await this.#send(request, url.href, used, call);
    if (response.status === 401 && isHome && new URL(response.url).origin === origin) {
      const challenge = response.headers.get('www-authenticate');
      const better = await this.#authorizer.renew(host, challenge, scopes, used);
      if (better !== undefined) response = await this.#send(request, url.href, better, call);
    }
    if (request.accept.includes(response.status)) return response;
    const asked = { method: request.method, url: response.url };
    const login = `Log in with \`docker login ${host}\` as a user that may do this.`;
    const hint = request.hint ?? (response.status === 401 ? login : undefined);
    throw responseFailure(asked, response, this.#options.wire.now(), hint);
  }

  #send(
    request: ApiRequest,
    url: string,
    authorization: string | undefined,
    call: Call,
  ): Promise<WireResponse> {
    const { method, body, maxBytes = MAX_MANIFEST_BYTES } = request;
    const headers = { ...request.headers, ...(authorization === undefined ? {} : { authorization }) };
    const { wire, allowPlain } = this.#options;
    return follow(wire, { method, url, headers, body, maxBytes }, call, allowPlain);
  }
}

function unprotected(host: string, url: URL): RegistryError {
  return new RegistryError({
    reason: 'invalid-response',
    message: `${host} points at ${redactUrl(url.href)}, which is not protected by TLS; nothing was sent there.`,
    expected: 'a URL that starts with https://',
    hint: "Behind a proxy that ends TLS, set the registry's external URL (REGISTRY_HTTP_HOST) to https.",
  });
}
