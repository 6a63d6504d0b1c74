import type { PlatformDelta } from '../model/publication';
import type { RegistryCall, RegistryDescriptor, RegistryManifest, RegistryPort } from '../ports/registry';

type Registry = Pick<RegistryPort, 'getManifest'>;
type Blob = Pick<RegistryDescriptor, 'digest' | 'size'>;

/** One platform of an image: everything that a host of that platform pulls, manifests left out. */
interface PlatformImage {
  readonly platform: string | undefined;
  readonly blobs: readonly Blob[];
}

/** What docker calls the manifests of attestations; no host pulls them to run the image. */
const NO_PLATFORM = 'unknown/unknown';

/**
 * Bytes that a host has to pull which runs what the tag held before: blobs (configuration and layers) of the new image
 * that the old one of the same platform lacks, each counted once, as long as they are in the registry. A platform that
 * the old image did not have is pulled whole.
 * @throws RegistryError
 */
export async function measureDelta(
  image: string,
  next: RegistryManifest,
  previous: string | undefined,
  registry: Registry,
  call: RegistryCall,
): Promise<PlatformDelta[]> {
  const old =
    previous === undefined
      ? []
      : previous === next.digest
        ? undefined
        : await platformsOf(image, await registry.getManifest(`${image}@${previous}`, call), registry, call);
  const now = await platformsOf(image, next, registry, call);
  return now.map((one) => deltaOf(one, old === undefined ? one : counterpart(one, old)));
}

function deltaOf({ platform, blobs }: PlatformImage, old: PlatformImage | undefined): PlatformDelta {
  const there = new Set(old?.blobs.map(({ digest }) => digest));
  const distinct = [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
  const lacking = distinct.filter(({ digest }) => !there.has(digest));
  return {
    platform,
    pullBytes: sum(lacking),
    totalBytes: sum(distinct),
    pullBlobs: lacking.length,
    totalBlobs: distinct.length,
  };
}

/** An image without an index does not name its platform: it stands for the only one that the other has. */
function counterpart(one: PlatformImage, others: readonly PlatformImage[]): PlatformImage | undefined {
  const same = others.find(({ platform }) => platform === one.platform);
  if (same !== undefined) return same;
  const isUnnamed = one.platform === undefined || others.every(({ platform }) => platform === undefined);
  return isUnnamed && others.length === 1 ? others[0] : undefined;
}

async function platformsOf(
  image: string,
  { manifest }: RegistryManifest,
  registry: Registry,
  call: RegistryCall,
): Promise<PlatformImage[]> {
  if (manifest.kind === 'image')
    return [{ platform: undefined, blobs: [manifest.config, ...manifest.layers] }];
  const children = manifest.manifests.filter(({ platform }) => nameOf(platform) !== NO_PLATFORM);
  return Promise.all(
    children.map(async ({ digest, platform }) => {
      const child = (await registry.getManifest(`${image}@${digest}`, call)).manifest;
      const blobs = child.kind === 'image' ? [child.config, ...child.layers] : [];
      return { platform: nameOf(platform), blobs };
    }),
  );
}

function nameOf(platform: RegistryDescriptor['platform']): string | undefined {
  if (platform === undefined) return undefined;
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

function sum(blobs: readonly Blob[]): number {
  return blobs.reduce((total, { size }) => total + size, 0);
}
