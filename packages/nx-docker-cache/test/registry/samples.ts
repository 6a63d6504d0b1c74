/** Small content to push: images, indexes, artifacts, BuildKit's kind of cache. */
import type { RegistryDescriptor, RegistryPort } from '../../src/ports/registry';
import { sha256 } from './memory-store';

export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
export const DOCKER_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

export interface Pushed {
  readonly reference: string;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly blobs: readonly string[];
}

/** A document as bytes; indented, so that a client that writes it anew is found out. */
export function toBytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value, undefined, 3));
}

export function descriptorOf(bytes: Uint8Array, mediaType: string): RegistryDescriptor {
  return { mediaType, digest: sha256(bytes), size: bytes.byteLength };
}

/**
 * Pushes an image of one layer.
 * @param repository `host/name`
 * @param text content of the layer: the same text makes the same digest
 */
export async function pushImage(
  registry: RegistryPort,
  repository: string,
  tag: string | undefined,
  text: string,
  extra: {
    readonly subject?: RegistryDescriptor;
    readonly artifactType?: string;
    readonly docker?: boolean;
  } = {},
): Promise<Pushed> {
  const { subject, artifactType, docker = false } = extra;
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', text }));
  const layer = Buffer.from(`layer of ${text}`);
  const types = docker
    ? ['application/vnd.docker.container.image.v1+json', 'application/vnd.docker.image.rootfs.diff.tar.gzip']
    : ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar'];
  await registry.uploadBlob(repository, config);
  await registry.uploadBlob(repository, layer);
  const mediaType = docker ? DOCKER_IMAGE : OCI_IMAGE;
  const manifest = {
    schemaVersion: 2,
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    config: descriptorOf(config, types[0]!),
    layers: [descriptorOf(layer, types[1]!)],
    ...(subject === undefined ? {} : { subject }),
  };
  return push(registry, repository, tag, manifest, mediaType, [sha256(config), sha256(layer)]);
}

/** Pushes an index of what was pushed before. */
export async function pushIndex(
  registry: RegistryPort,
  repository: string,
  tag: string | undefined,
  children: readonly Pushed[],
): Promise<Pushed> {
  const manifests = children.map(({ bytes, mediaType }) => ({
    ...descriptorOf(bytes, mediaType),
    platform: { os: 'linux', architecture: 'amd64' },
  }));
  const blobs = children.flatMap((child) => child.blobs);
  return push(
    registry,
    repository,
    tag,
    { schemaVersion: 2, mediaType: OCI_INDEX, manifests },
    OCI_INDEX,
    blobs,
  );
}

/** Pushes a cache as BuildKit writes it with `image-manifest=false`: an index of layers and a config of its own type. */
export async function pushCache(
  registry: RegistryPort,
  repository: string,
  tag: string,
  text: string,
): Promise<Pushed> {
  const layer = Buffer.from(`cached layer of ${text}`);
  const config = Buffer.from(JSON.stringify({ layers: [], records: [], text }));
  await registry.uploadBlob(repository, layer);
  await registry.uploadBlob(repository, config);
  const manifests = [
    descriptorOf(layer, 'application/vnd.oci.image.layer.v1.tar+gzip'),
    descriptorOf(config, 'application/vnd.buildkit.cacheconfig.v0'),
  ];
  const cache = { schemaVersion: 2, mediaType: OCI_INDEX, manifests };
  return push(registry, repository, tag, cache, OCI_INDEX, [sha256(layer), sha256(config)]);
}

async function push(
  registry: RegistryPort,
  repository: string,
  tag: string | undefined,
  manifest: object,
  mediaType: string,
  blobs: readonly string[],
): Promise<Pushed> {
  const bytes = toBytes(manifest);
  const digest = sha256(bytes);
  const reference = tag === undefined ? `${repository}@${digest}` : `${repository}:${tag}`;
  await registry.putManifest(reference, { bytes, mediaType });
  return { reference, digest, bytes, mediaType, blobs };
}
