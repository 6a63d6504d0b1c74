/** The shapes that the registry client works with. The port in `ports/registry.ts` names the same ones for its users. */

/** The part of `fetch` that the client needs; the global one fits, and so does a smaller one over `node:http`. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Uint8Array;
  /** Redirects are followed by the client itself, so that credentials stay with their origin. */
  readonly redirect: 'manual';
  readonly signal: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: HeaderReader;
  readonly body: AsyncIterable<Uint8Array> | null;
}

export interface HeaderReader {
  get(name: string): string | null;
}

/**
 * What a registry host accepts. Exactly one of password, identityToken and registryToken; `username` goes with
 * the first, and may go with the second.
 */
export interface Credential {
  readonly username?: string;
  readonly password?: string;
  /** OAuth2 refresh token, exchanged for a bearer token. */
  readonly identityToken?: string;
  /** Bearer token that is sent as it is. */
  readonly registryToken?: string;
}

/** Undefined where the host has none. `host` is the one in references: `docker.io`, `ghcr.io`, `localhost:5000`. */
export type CredentialSource = (host: string) => Promise<Credential | undefined>;

export interface CallOptions {
  /** Ends the call, its waits included. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the whole call may take, retries included. */
  readonly deadlineMs?: number;
}

/** OCI content descriptor (image-spec, descriptor.md), the fields that are used here. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Platform;
  /** Places outside the registry that hold the content (foreign layers). */
  readonly urls?: readonly string[];
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageManifest {
  readonly kind: 'image';
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Image index, or Docker's manifest list. BuildKit's cache is one whose children are layers. */
export interface ImageIndex {
  readonly kind: 'index';
  readonly manifests: readonly Descriptor[];
  readonly artifactType?: string;
  readonly subject?: Descriptor;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ManifestHead {
  readonly digest: string;
  readonly mediaType: string;
  /** Bytes of the manifest itself. */
  readonly size: number;
}

export interface FetchedManifest extends ManifestHead {
  /** As the registry keeps them: the digest is over exactly these. */
  readonly bytes: Uint8Array;
  readonly manifest: ImageManifest | ImageIndex;
}

export interface ManifestContent {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}
