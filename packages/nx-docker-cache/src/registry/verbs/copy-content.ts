import { RegistryError } from '../error';
import { formatReference, type ImageRef, type RepositoryRef } from '../ref';
import type { Call } from '../retry';
import type { Transport } from '../transport';
import type { Descriptor, FetchedManifest } from '../types';
import { DEFAULT_BLOB_BYTES, getBlob } from './blobs';
import { collectContent } from './collect-content';
import { mountBlob } from './mount-blob';
import { putManifest } from './put-manifest';
import { uploadBlob } from './upload-blob';

export interface CopyResult {
  /** Blobs that the registry linked without moving them. */
  readonly mountedBlobs: number;
  /** Bytes that went through this machine, where the registry does not mount. */
  readonly copiedBytes: number;
}

export interface Copy {
  readonly source: ImageRef;
  readonly root: FetchedManifest;
  /** Another repository of the same host. */
  readonly to: RepositoryRef;
}

const PARALLEL = 4;

/** Makes everything that a manifest names exist in another repository; the manifest itself is left to the caller. */
export async function copyContent(
  transport: Transport,
  { source, root, to }: Copy,
  call: Call,
): Promise<CopyResult> {
  const { blobs, children } = await collectContent(transport, source, root, call);
  let [mountedBlobs, copiedBytes] = [0, 0];
  const queue = [...blobs.values()];
  const work = async (): Promise<void> => {
    try {
      for (let blob = queue.shift(); blob !== undefined; blob = queue.shift()) {
        const moved = await copyBlob(transport, blob, source, to, call);
        if (moved === undefined) mountedBlobs += 1;
        else copiedBytes += moved;
      }
    } catch (error) {
      // The others finish what they hold and start nothing new.
      queue.length = 0;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  // A registry may refuse an index whose children it does not hold.
  for (const child of children.values()) {
    await putManifest(transport, formatReference({ ...to, digest: child.digest }), child, call);
  }
  return { mountedBlobs, copiedBytes };
}

/** @returns bytes moved, undefined for a mount */
async function copyBlob(
  transport: Transport,
  blob: Descriptor,
  source: ImageRef,
  to: RepositoryRef,
  call: Call,
): Promise<number | undefined> {
  const from = formatReference({ host: source.host, repository: source.repository, digest: blob.digest });
  const target = formatReference({ host: to.host, repository: to.repository });
  if (await mountBlob(transport, from, target, call)) return undefined;
  if (blob.size > DEFAULT_BLOB_BYTES) {
    throw new RegistryError({
      reason: 'unsupported',
      message: `${to.host} does not mount blobs into ${target}, and ${blob.digest} (${blob.size} bytes) is too large to copy.`,
      hint: `Copy the image with: docker buildx imagetools create --prefer-index=false -t ${target}:<tag> ${formatReference(source)}`,
    });
  }
  const bytes = await getBlob(transport, from, DEFAULT_BLOB_BYTES, call);
  await uploadBlob(transport, target, bytes, call);
  return bytes.byteLength;
}
