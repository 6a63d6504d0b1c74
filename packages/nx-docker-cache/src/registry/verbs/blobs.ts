import { verifyDigest } from '../digest';
import { parseDigestReference } from '../ref';
import type { Call } from '../retry';
import { blobPath, pullScope } from '../endpoints';
import type { Transport } from '../transport';

/** Blobs are read into memory: configs, small artifacts. Bytes. */
export const DEFAULT_BLOB_BYTES = 16 * 1024 * 1024;

/** distribution-spec, "Checking if content exists in the registry". @param reference `host/repository@digest` */
export async function blobExists(transport: Transport, reference: string, call: Call): Promise<boolean> {
  const ref = parseDigestReference(reference);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'HEAD',
      path: blobPath(ref),
      scopes: [pullScope(ref.repository)],
      accept: [200, 404],
    },
    call,
  );
  return response.status === 200;
}

/**
 * distribution-spec, "Pulling blobs", checked against the digest.
 * @param reference `host/repository@digest`
 * @param maxBytes more is refused
 * @throws RegistryError `not-found`, `invalid-response` (too large, another digest)
 */
export async function getBlob(
  transport: Transport,
  reference: string,
  maxBytes: number,
  call: Call,
): Promise<Uint8Array> {
  const ref = parseDigestReference(reference);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'GET',
      path: blobPath(ref),
      scopes: [pullScope(ref.repository)],
      accept: [200],
      maxBytes,
    },
    call,
  );
  verifyDigest(response.bytes, ref.digest, reference);
  return response.bytes;
}
