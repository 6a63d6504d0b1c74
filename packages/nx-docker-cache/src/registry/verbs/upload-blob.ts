import { digestOf } from '../digest';
import { RegistryError } from '../error';
import { parseRepository, type RepositoryRef } from '../ref';
import type { Call } from '../retry';
import { pushScope } from '../endpoints';
import type { Transport } from '../transport';
import { uploadLocation } from './upload-location';

/**
 * distribution-spec, "Pushing a blob monolithically" (POST then PUT), for what fits in memory.
 * @returns digest of the bytes
 */
export async function uploadBlob(
  transport: Transport,
  repositoryText: string,
  bytes: Uint8Array,
  call: Call,
): Promise<string> {
  const ref = parseRepository(repositoryText);
  const digest = digestOf(bytes);
  // A PUT that broke off leaves a session of unknown state: a new try opens a new one.
  await transport.retrying(call, () => uploadOnce(transport, ref, bytes, digest, call));
  return digest;
}

async function uploadOnce(
  transport: Transport,
  { host, repository }: RepositoryRef,
  bytes: Uint8Array,
  digest: string,
  call: Call,
): Promise<void> {
  const scopes = [pushScope(repository)];
  const path = `/v2/${repository}/blobs/uploads/`;
  const opened = await transport.requestOnce({ host, method: 'POST', path, scopes, accept: [202] }, call);
  const url = uploadLocation(opened);
  url.searchParams.set('digest', digest);
  const headers = { 'content-type': 'application/octet-stream' };
  const put = { host, method: 'PUT', path: url.href, scopes, headers, body: bytes } as const;
  const closed = await transport.requestOnce({ ...put, accept: [201] }, call);
  const stored = closed.headers.get('docker-content-digest');
  if (stored !== null && stored !== digest) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: `The registry stored a blob of ${host}/${repository} with another digest than its bytes have.`,
      expected: digest,
      found: stored,
    });
  }
}
