/** Media types of what the manifests endpoint holds: OCI (image-spec, media-types.md) and Docker's schema 2. */
export const IMAGE_MEDIA_TYPES: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const INDEX_MEDIA_TYPES: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

/** Every type has to be named, or a registry may convert the manifest and answer with another digest. */
export const MANIFEST_ACCEPT = [...IMAGE_MEDIA_TYPES, ...INDEX_MEDIA_TYPES].join(', ');

export function manifestKind(mediaType: string): 'image' | 'index' | undefined {
  if (IMAGE_MEDIA_TYPES.includes(mediaType)) return 'image';
  return INDEX_MEDIA_TYPES.includes(mediaType) ? 'index' : undefined;
}

/** A Content-Type header without its parameters, in lower case; empty where there is none. */
export function essence(contentType: string | null): string {
  return (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
