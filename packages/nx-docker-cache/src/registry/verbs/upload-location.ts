import { RegistryError } from '../error';
import type { WireResponse } from '../exchange';

/**
 * Where an upload goes on (distribution-spec, "Pushing blobs": Location, absolute or relative).
 * @throws RegistryError `invalid-response` without one
 */
export function uploadLocation(response: WireResponse): URL {
  const location = response.headers.get('location');
  if (location === null || !URL.canParse(location, response.url)) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: 'The registry opened an upload and did not say where it goes.',
      expected: 'a Location header',
      found: location === null ? 'none' : 'one that is no URL',
    });
  }
  const here = new URL(response.url);
  const url = new URL(location, here);
  // Behind a proxy that ends TLS, registries are known to write http: into their own locations.
  if (url.host === here.host && here.protocol === 'https:') url.protocol = 'https:';
  return url;
}
