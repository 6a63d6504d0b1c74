import { RegistryError } from './error';
import { decodeJson, parseJson } from './json';
import { manifestKind } from './media-types';
import { imageIndexSchema, imageManifestSchema } from './schema';
import type { ImageIndex, ImageManifest } from './types';

export interface ParsedManifest {
  readonly mediaType: string;
  readonly manifest: ImageManifest | ImageIndex;
}

/**
 * Reads a manifest.
 * @param contentType media type that the registry sent, without parameters
 * @param what subject of messages
 * @throws RegistryError `invalid-response` where bytes and type do not fit, `unsupported` for other kinds of manifest
 */
export function parseManifest(bytes: Uint8Array, contentType: string, what: string): ParsedManifest {
  const mediaType = settleMediaType(bytes, contentType, what);
  if (manifestKind(mediaType) === 'index') {
    const { manifests, artifactType, subject, annotations } = parseJson(imageIndexSchema, bytes, what);
    return { mediaType, manifest: { kind: 'index', manifests, artifactType, subject, annotations } };
  }
  const { config, layers, artifactType, subject, annotations } = parseJson(imageManifestSchema, bytes, what);
  return { mediaType, manifest: { kind: 'image', config, layers, artifactType, subject, annotations } };
}

/** The header and the body's own field must agree; the header may be a general one (`application/json`). */
function settleMediaType(bytes: Uint8Array, contentType: string, what: string): string {
  const body = decodeJson(bytes);
  const field = typeof body === 'object' && body !== null && 'mediaType' in body ? body.mediaType : undefined;
  const inner = typeof field === 'string' ? field.toLowerCase() : undefined;
  const isKnown = manifestKind(contentType) !== undefined;
  if (isKnown && inner !== undefined && inner !== contentType) {
    throw new RegistryError({
      reason: 'invalid-response',
      message: `The registry says that ${what} is ${contentType}, and its content says ${inner}.`,
      expected: contentType,
      found: inner,
    });
  }
  if (isKnown) return contentType;
  if (inner !== undefined && manifestKind(inner) !== undefined) return inner;
  throw new RegistryError({
    reason: 'unsupported',
    message: `${what} is neither an image manifest nor an index: found ${inner ?? (contentType || 'no media type')}.`,
    expected: 'an OCI or Docker schema 2 image manifest or index',
    found: inner ?? (contentType || 'no media type'),
  });
}
