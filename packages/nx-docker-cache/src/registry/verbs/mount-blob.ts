import { isDigest } from '../digest';
import { RegistryError } from '../error';
import { formatReference, parseDigestReference, parseRepository } from '../ref';
import type { Call } from '../retry';
import { pullScope, pushScope } from '../endpoints';
import type { Transport } from '../transport';
import { uploadLocation } from './upload-location';

/**
 * distribution-spec, "Mounting a blob from another repository" of the same registry: nothing moves.
 * @param reference `host/repository@digest`, where the blob is
 * @param toRepository `host/repository`, where it shall be as well
 * @returns false where the registry wants an upload instead
 * @throws RegistryError `invalid-reference` across registries
 */
export async function mountBlob(
  transport: Transport,
  reference: string,
  toRepository: string,
  call: Call,
): Promise<boolean> {
  const from = parseDigestReference(reference);
  const to = parseRepository(toRepository);
  if (from.host !== to.host) {
    throw new RegistryError({
      reason: 'invalid-reference',
      message: `A blob cannot be mounted from ${from.host} to ${to.host}: expected one registry, found two.`,
      expected: formatReference({ host: from.host, repository: to.repository }),
      found: formatReference(to),
    });
  }
  const scopes = [pushScope(to.repository), pullScope(from.repository)];
  const path = `/v2/${to.repository}/blobs/uploads/?mount=${from.digest}&from=${from.repository}`;
  const response = await transport.request(
    { host: to.host, method: 'POST', path, scopes, accept: [201, 202] },
    call,
  );
  if (response.status === 202) {
    await cancelUpload(transport, to.host, uploadLocation(response), scopes, call);
    return false;
  }
  const mounted = response.headers.get('docker-content-digest');
  return mounted === null || !isDigest(mounted) || mounted === from.digest;
}

/** The session that a refused mount opened is of no use; a registry that keeps it forgets it in time. */
async function cancelUpload(
  transport: Transport,
  host: string,
  location: URL,
  scopes: readonly string[],
  call: Call,
): Promise<void> {
  const request = {
    host,
    method: 'DELETE',
    path: location.href,
    scopes,
    accept: [204, 200, 202, 404],
  } as const;
  await transport.requestOnce(request, call).catch(() => undefined);
}
