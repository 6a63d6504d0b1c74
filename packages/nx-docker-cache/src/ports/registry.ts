/** The registry behind an interface. References are text, as docker reads them: `[host/]repository[:tag][@digest]`. */
export interface RegistryPort {
  /** What a tag or digest points at, without reading it; undefined where it points at nothing. */
  headManifest(reference: string, options?: RegistryCall): Promise<RegistryManifestHead | undefined>;
  /** Reads a manifest or index; its bytes are proven against the digest. @throws not-found, unsupported */
  getManifest(reference: string, options?: RegistryCall): Promise<RegistryManifest>;
  /** Stores a manifest under a tag or its digest; what it names must be there. Gives the digest. */
  putManifest(reference: string, content: ManifestBytes, options?: RegistryCall): Promise<string>;
  /**
   * Deletes `repository@digest` and every tag on it; false where there was nothing. The children of an index look
   * untagged and must not be deleted by themselves. @throws unsupported where the registry does not delete
   */
  deleteManifest(reference: string, options?: RegistryCall): Promise<boolean>;
  /**
   * Points tags at `repository@digest` in the order given: no build, and within one registry no layer moved.
   * Stops at the first tag that fails; the message names those that had moved.
   */
  promote(from: string, to: readonly string[], options?: RegistryCall): Promise<RegistryPromotion>;
  /** Tags of a repository, page by page, in the registry's order; none for a repository that is not there. */
  tags(repository: string, options?: RegistryCall & { readonly limit?: number }): AsyncIterable<string>;
  /** What names `repository@digest` as its subject: signatures, attestations, receipts. */
  referrers(
    reference: string,
    options?: RegistryCall & { readonly artifactType?: string },
  ): Promise<readonly RegistryDescriptor[]>;
  /** @param reference `repository@digest` */
  blobExists(reference: string, options?: RegistryCall): Promise<boolean>;
  /**
   * A blob in memory, proven against its digest.
   * @param reference `repository@digest`
   * @param options maxBytes: more is refused (16 MiB where left out)
   */
  getBlob(reference: string, options?: RegistryCall & { readonly maxBytes?: number }): Promise<Uint8Array>;
  /** Stores a blob that fits in memory. Gives its digest. */
  uploadBlob(repository: string, bytes: Uint8Array, options?: RegistryCall): Promise<string>;
  /** Makes `repository@digest` exist in another repository of its registry; false where it wants an upload instead. */
  mountBlob(reference: string, toRepository: string, options?: RegistryCall): Promise<boolean>;
  /** What the login may do with a repository, found out with reads only. */
  access(repository: string, options?: RegistryCall): Promise<RegistryAccess>;
  /** Proves that a registry answers and takes the login. */
  ping(host: string, options?: RegistryCall): Promise<RegistryPing>;
}

export interface RegistryCall {
  readonly signal?: AbortSignal;
  /** Milliseconds for the whole call, retries included. */
  readonly deadlineMs?: number;
}

export interface RegistryManifestHead {
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the manifest itself. */
  readonly size: number;
}

export interface ManifestBytes {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export interface RegistryManifest extends RegistryManifestHead, ManifestBytes {
  readonly manifest:
    | {
        readonly kind: 'image';
        readonly config: RegistryDescriptor;
        readonly layers: readonly RegistryDescriptor[];
        readonly annotations?: Readonly<Record<string, string>>;
      }
    | {
        /** BuildKit's cache is one whose children are layers. */
        readonly kind: 'index';
        readonly manifests: readonly RegistryDescriptor[];
        readonly annotations?: Readonly<Record<string, string>>;
      };
}

/** OCI content descriptor. */
export interface RegistryDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

export interface RegistryPromotion {
  readonly digest: string;
  readonly mediaType: string;
  /** References that point at the digest now. */
  readonly refs: readonly string[];
  readonly mountedBlobs: number;
  /** Bytes that went through this machine, 0 where the registry mounts. */
  readonly copiedBytes: number;
}

export interface RegistryAccess {
  /** absent: allowed, and nothing is there yet. */
  readonly pull: 'granted' | 'absent' | 'denied';
  /** unknown: only a push would tell. */
  readonly push: 'granted' | 'denied' | 'unknown';
}

export interface RegistryPing {
  /** For instance `https://ghcr.io`. */
  readonly origin: string;
  readonly auth: 'none' | 'basic' | 'bearer';
}

/** Why a registry call failed; the message and the hint are fit to be shown. Nothing in it is a secret. */
export interface RegistryFailure extends Error {
  readonly name: 'RegistryError';
  readonly reason:
    | 'invalid-reference'
    | 'credentials'
    | 'unauthorized'
    | 'denied'
    | 'not-found'
    | 'unsupported'
    | 'rate-limited'
    | 'unavailable'
    | 'timeout'
    | 'aborted'
    | 'rejected'
    | 'invalid-response';
  readonly expected: string | undefined;
  readonly found: string | undefined;
  readonly hint: string | undefined;
  /** HTTP method, and URL without anything secret. */
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** HTTP status. */
  readonly status: number | undefined;
  /** The spec's error code, for instance MANIFEST_UNKNOWN. */
  readonly code: string | undefined;
  /** true where the same call may succeed later. */
  readonly temporary: boolean;
  /** Milliseconds that the registry asked to wait. */
  readonly retryAfterMs: number | undefined;
}

/** Every method of the port fails with this one. */
export function isRegistryFailure(error: unknown): error is RegistryFailure {
  return (
    error instanceof Error && error.name === 'RegistryError' && 'reason' in error && 'temporary' in error
  );
}
