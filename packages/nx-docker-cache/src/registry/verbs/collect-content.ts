import { RegistryError } from '../error';
import { manifestKind } from '../media-types';
import { formatReference, type ImageRef } from '../ref';
import type { Call } from '../retry';
import type { Transport } from '../transport';
import type { Descriptor, FetchedManifest } from '../types';
import { getManifest } from './get-manifest';

export interface Content {
  readonly blobs: ReadonlyMap<string, Descriptor>;
  /** Manifests below the root, each behind the ones that it names. */
  readonly children: ReadonlyMap<string, FetchedManifest>;
}

const MAX_DEPTH = 4;

/** Everything that a manifest names, directly and through the manifests that it names; each digest once. */
export async function collectContent(
  transport: Transport,
  source: ImageRef,
  root: FetchedManifest,
  call: Call,
): Promise<Content> {
  const blobs = new Map<string, Descriptor>();
  const children = new Map<string, FetchedManifest>();

  const visit = async ({ manifest }: FetchedManifest, depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw tooDeep(source);
    const named = manifest.kind === 'image' ? [manifest.config, ...manifest.layers] : manifest.manifests;
    for (const descriptor of named) {
      // BuildKit keeps its cache as an index whose children are layers and a config: blobs, not manifests.
      if (manifest.kind === 'image' || manifestKind(descriptor.mediaType) === undefined) {
        if (!isForeign(descriptor)) blobs.set(descriptor.digest, descriptor);
      } else if (!children.has(descriptor.digest)) {
        const reference = formatReference({ ...source, tag: undefined, digest: descriptor.digest });
        const child = await getManifest(transport, reference, call);
        await visit(child, depth + 1);
        children.set(child.digest, child);
      }
    }
  };
  await visit(root, 0);
  return { blobs, children };
}

/** Layers that are kept outside registries (image-spec, layer.md, "Non-Distributable Layers"). */
function isForeign({ mediaType, urls }: Descriptor): boolean {
  return urls !== undefined && urls.length > 0 && /foreign|nondistributable/.test(mediaType);
}

function tooDeep(source: ImageRef): RegistryError {
  return new RegistryError({
    reason: 'invalid-response',
    message: `${formatReference(source)} nests indexes more than ${MAX_DEPTH} levels deep; nothing was copied.`,
  });
}
