import { parseDigestReference } from '../ref';
import type { Call } from '../retry';
import { deleteScope, manifestPath } from '../endpoints';
import type { Transport } from '../transport';

/**
 * distribution-spec, "Deleting Manifests": takes every tag on this digest with it.
 * @returns false where there was nothing to delete
 * @throws RegistryError `unsupported` where the registry does not delete
 */
export async function deleteManifest(transport: Transport, reference: string, call: Call): Promise<boolean> {
  const ref = parseDigestReference(reference);
  const response = await transport.request(
    {
      host: ref.host,
      method: 'DELETE',
      path: manifestPath(ref),
      scopes: [deleteScope(ref.repository)],
      accept: [202, 200, 204, 404],
    },
    call,
  );
  return response.status !== 404;
}
