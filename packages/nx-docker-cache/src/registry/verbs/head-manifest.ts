import { isDigest } from '../digest';
import { RegistryError } from '../error';
import { essence, MANIFEST_ACCEPT, manifestKind } from '../media-types';
import { formatReference, parseReference } from '../ref';
import type { Call } from '../retry';
import { manifestPath, pullScope } from '../endpoints';
import type { Transport } from '../transport';
import type { ManifestHead } from '../types';
import { getManifest } from './get-manifest';

/** distribution-spec, "Checking if content exists in the registry": no body moves. Undefined on 404. */
export async function headManifest(
  transport: Transport,
  reference: string,
  call: Call,
): Promise<ManifestHead | undefined> {
  const ref = parseReference(reference);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'HEAD',
      path: manifestPath(ref),
      scopes: [pullScope(ref.repository)],
      headers: { accept: MANIFEST_ACCEPT },
      accept: [200, 404],
    },
    call,
  );
  if (response.status === 404) return undefined;
  const digest = response.headers.get('docker-content-digest');
  const mediaType = essence(response.headers.get('content-type'));
  const size = response.headers.get('content-length');
  // The spec only wishes for these headers (SHOULD): without them, the content itself tells.
  if (digest === null || !isDigest(digest) || manifestKind(mediaType) === undefined || size === null) {
    return headOf(transport, reference, call);
  }
  const isComparable = ref.digest?.split(':')[0] === digest.split(':')[0];
  if (isComparable && ref.digest !== digest) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: `The registry answers for ${formatReference(ref)} with another digest: ${digest}.`,
      expected: ref.digest,
      found: digest,
    });
  }
  return { digest: ref.digest ?? digest, mediaType, size: Number(size) };
}

async function headOf(transport: Transport, reference: string, call: Call): Promise<ManifestHead> {
  const { digest, mediaType, size } = await getManifest(transport, reference, call);
  return { digest, mediaType, size };
}
