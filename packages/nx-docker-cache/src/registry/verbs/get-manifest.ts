import { digestOf, isDigest, verifyDigest } from '../digest';
import { parseManifest } from '../manifest';
import { essence, MANIFEST_ACCEPT } from '../media-types';
import { formatReference, parseReference } from '../ref';
import type { Call } from '../retry';
import { manifestPath, pullScope } from '../endpoints';
import { MAX_MANIFEST_BYTES, type Transport } from '../transport';
import type { FetchedManifest } from '../types';

/**
 * distribution-spec, "Pulling manifests". The bytes are checked against the digest that was asked for, and
 * against the one that the registry names.
 * @throws RegistryError `not-found`, `unsupported` (another kind of manifest), `invalid-response`
 */
export async function getManifest(
  transport: Transport,
  reference: string,
  call: Call,
): Promise<FetchedManifest> {
  const ref = parseReference(reference);
  const what = formatReference(ref);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'GET',
      path: manifestPath(ref),
      scopes: [pullScope(ref.repository)],
      headers: { accept: MANIFEST_ACCEPT },
      accept: [200],
      maxBytes: MAX_MANIFEST_BYTES,
    },
    call,
  );
  const { bytes } = response;
  const named = response.headers.get('docker-content-digest');
  if (ref.digest !== undefined) verifyDigest(bytes, ref.digest, what);
  else if (named !== null && isDigest(named)) verifyDigest(bytes, named, what);
  const digest = ref.digest ?? (named !== null && isDigest(named) ? named : digestOf(bytes));
  const parsed = parseManifest(bytes, essence(response.headers.get('content-type')), what);
  return { ...parsed, bytes, digest, size: bytes.byteLength };
}
