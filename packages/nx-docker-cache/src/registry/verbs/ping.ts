import { RegistryError } from '../error';
import { isHost } from '../ref';
import type { Call } from '../retry';
import type { Transport } from '../transport';

export interface RegistryPing {
  /** Where the registry answered, for instance `https://ghcr.io`. */
  readonly origin: string;
  /** What it asks of its users. */
  readonly auth: 'none' | 'basic' | 'bearer';
}

/**
 * distribution-spec, "Determining Support" (`GET /v2/`), with the login where one is asked for.
 * @throws RegistryError `unauthorized`, `unavailable`, `timeout`, …
 */
export async function ping(transport: Transport, host: string, call: Call): Promise<RegistryPing> {
  if (!isHost(host)) {
    const expected = 'a host with an optional port, for instance ghcr.io';
    throw new RegistryError({
      reason: 'invalid-reference',
      message: `The registry “${host}” is not valid: expected ${expected}.`,
      expected,
      found: host,
    });
  }
  await transport.request({ host, method: 'GET', path: '/v2/', scopes: [], accept: [200] }, call);
  return { origin: await transport.origin(host), auth: transport.challenge(host)?.scheme ?? 'none' };
}
