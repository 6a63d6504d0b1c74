/** Paths of the API (distribution-spec, "Endpoints") and the token scopes that they need (spec/auth/scope). */
import type { ImageRef } from './ref';

/** A reference without tag and digest means `latest`, as everywhere. */
export function manifestPath({ repository, tag, digest }: ImageRef): string {
  return `/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`;
}

export function blobPath({ repository, digest }: ImageRef & { readonly digest: string }): string {
  return `/v2/${repository}/blobs/${digest}`;
}

export function pullScope(repository: string): string {
  return `repository:${repository}:pull`;
}

export function pushScope(repository: string): string {
  return `repository:${repository}:pull,push`;
}

export function deleteScope(repository: string): string {
  return `repository:${repository}:delete`;
}
