import { createHash } from 'node:crypto';

export interface StoredManifest {
  readonly bytes: Buffer;
  readonly mediaType: string;
}

/** One repository: what it links, by digest, and its tags. */
export class MemoryRepository {
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, StoredManifest>();
  readonly tags = new Map<string, string>();

  /** @param reference tag or digest */
  resolve(reference: string): { readonly digest: string; readonly manifest: StoredManifest } | undefined {
    const digest = reference.includes(':') ? reference : this.tags.get(reference);
    const manifest = digest === undefined ? undefined : this.manifests.get(digest);
    return digest === undefined || manifest === undefined ? undefined : { digest, manifest };
  }

  /** Digests that a manifest names and that are not here. */
  missing(bytes: Buffer): readonly string[] {
    const { config, layers = [], manifests = [] } = JSON.parse(bytes.toString()) as ManifestJson;
    const blobs = [...(config === undefined ? [] : [config]), ...layers].map(({ digest }) => digest);
    const children = manifests.map(({ digest }) => digest);
    return [
      ...blobs.filter((digest) => !this.blobs.has(digest)),
      ...children.filter((digest) => !this.manifests.has(digest) && !this.blobs.has(digest)),
    ];
  }

  /** Descriptors of the manifests whose subject is this digest. */
  referrers(digest: string): readonly object[] {
    return [...this.manifests].flatMap(([own, { bytes, mediaType }]) => {
      const { subject, artifactType, config, annotations } = JSON.parse(bytes.toString()) as ManifestJson;
      if (subject?.digest !== digest) return [];
      const kind = artifactType ?? config?.mediaType;
      return [{ mediaType, digest: own, size: bytes.length, artifactType: kind, annotations }];
    });
  }
}

interface ManifestJson {
  readonly config?: { readonly digest: string; readonly mediaType: string };
  readonly layers?: readonly { readonly digest: string }[];
  readonly manifests?: readonly { readonly digest: string }[];
  readonly subject?: { readonly digest: string };
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export class MemoryStore {
  readonly repositories = new Map<string, MemoryRepository>();
  readonly uploads = new Map<string, string>();

  /** The repository, made where it is not there. */
  at(name: string): MemoryRepository {
    const repository = this.repositories.get(name) ?? new MemoryRepository();
    this.repositories.set(name, repository);
    return repository;
  }
}

export function sha256(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
