import { RegistryError } from './error';
import { exchange, type Wire, type WireResponse } from './exchange';
import { apiHost, isLoopback } from './host';
import { isCertificateCode, networkCode } from './network-failure';
import type { AllowPlain } from './redirects';
import type { Call } from './retry';

/** Called with the answer to a probe, so that what it says about authentication is not asked for again. */
export type OnProbe = (host: string, response: WireResponse) => void;

/**
 * Which of https and http a host speaks; asked once a host. Hosts that are neither loopback nor declared
 * insecure are never probed and never spoken to without TLS.
 */
export class Origins {
  readonly #wire: Wire;
  readonly #allowPlain: AllowPlain;
  readonly #onProbe: OnProbe;
  readonly #known = new Map<string, Promise<string>>();

  constructor(wire: Wire, allowPlain: AllowPlain, onProbe: OnProbe) {
    this.#wire = wire;
    this.#allowPlain = allowPlain;
    this.#onProbe = onProbe;
  }

  /** For instance `https://ghcr.io`. @throws RegistryError where the host does not answer the probe */
  of(host: string): Promise<string> {
    const known = this.#known.get(host);
    if (known !== undefined) return known;
    const origin = this.#allowPlain(host)
      ? this.#probe(host)
      : Promise.resolve(originOf('https', apiHost(host)));
    this.#known.set(host, origin);
    // A failed probe says nothing that lasts.
    origin.catch(() => this.#known.delete(host));
    return origin;
  }

  #probe(host: string): Promise<string> {
    return isLoopback(host) ? this.#probeLoopback(host) : this.#probeInsecure(host);
  }

  /** Nothing leaves the machine, so the cheap question comes first: plain HTTP is the common case here. */
  async #probeLoopback(host: string): Promise<string> {
    const plain = await this.#ask(host, 'http');
    if (plain instanceof RegistryError) {
      // TLS servers hang up on plain HTTP, or send what is no HTTP; a closed port or a time-out is neither.
      if (networkCode(plain.cause) === 'ECONNREFUSED' || plain.reason === 'timeout') throw plain;
    } else if (plain.status !== 400) {
      // Go and nginx answer 400 to plain HTTP on a TLS port.
      return this.#learn(host, 'http', plain);
    }
    const secure = await this.#ask(host, 'https');
    if (!(secure instanceof RegistryError)) return this.#learn(host, 'https', secure);
    // It speaks TLS; the request itself will say what is wrong with the certificate.
    if (isCertificateCode(networkCode(secure.cause))) return originOf('https', host);
    if (plain instanceof RegistryError) throw plain;
    return this.#learn(host, 'http', plain);
  }

  /** The traffic crosses a network: whatever protects it is preferred. */
  async #probeInsecure(host: string): Promise<string> {
    const secure = await this.#ask(host, 'https');
    if (!(secure instanceof RegistryError)) return this.#learn(host, 'https', secure);
    if (secure.reason === 'timeout') throw secure;
    const plain = await this.#ask(host, 'http');
    if (plain instanceof RegistryError) throw plain;
    return this.#learn(host, 'http', plain);
  }

  /** The answer, or why there was none. */
  async #ask(host: string, scheme: 'http' | 'https'): Promise<WireResponse | RegistryError> {
    // Shared between calls, so no single call's signal or deadline may end it; its time-out does.
    const call: Call = { signal: undefined, deadlineAt: Number.POSITIVE_INFINITY };
    const request = { method: 'GET', url: `${scheme}://${host}/v2/`, headers: {}, maxBytes: 64 * 1024 };
    try {
      return await exchange(this.#wire, request, call);
    } catch (error) {
      if (error instanceof RegistryError) return error;
      throw error;
    }
  }

  #learn(host: string, scheme: 'http' | 'https', response: WireResponse): string {
    this.#onProbe(host, response);
    return originOf(scheme, host);
  }
}

/** As URL spells it: lower case, no default port. */
function originOf(scheme: 'http' | 'https', host: string): string {
  return new URL(`${scheme}://${host}`).origin;
}
