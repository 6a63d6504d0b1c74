import { digestOf, isDigest, verifyDigest } from '../digest';
import { RegistryError } from '../error';
import { formatReference, parseReference } from '../ref';
import type { Call } from '../retry';
import { manifestPath, pushScope } from '../endpoints';
import type { Transport } from '../transport';
import type { ManifestContent } from '../types';

/**
 * distribution-spec, "Pushing Manifests": stores these bytes under a tag or under their digest.
 * @returns digest of the bytes
 * @throws RegistryError `invalid-response` where the registry stored something else
 */
export async function putManifest(
  transport: Transport,
  reference: string,
  { bytes, mediaType }: ManifestContent,
  call: Call,
): Promise<string> {
  const ref = parseReference(reference);
  // A wrong digest would be refused by the registry too, with less to read.
  if (ref.digest !== undefined) verifyDigest(bytes, ref.digest, formatReference(ref));
  const digest = ref.digest ?? digestOf(bytes);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'PUT',
      path: manifestPath(ref),
      scopes: [pushScope(ref.repository)],
      headers: { 'content-type': mediaType },
      body: bytes,
      accept: [201, 200, 202],
    },
    call,
  );
  const stored = response.headers.get('docker-content-digest');
  if (stored !== null && isDigest(stored) && stored.startsWith('sha256:') && stored !== digestOf(bytes)) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: `The registry stored ${formatReference(ref)} with another digest than its bytes have: ${stored}.`,
      expected: digest,
      found: stored,
      hint: 'The registry or a proxy rewrites manifests; push to it directly.',
    });
  }
  return digest;
}
