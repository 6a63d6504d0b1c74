export { createRegistryClient, RegistryClient, type RegistryClientOptions } from './client';
export { RegistryError, type RegistryErrorReason } from './error';
export { isLoopback } from './host';
export {
  formatReference,
  isRepository,
  isTag,
  parseDigestReference,
  parseReference,
  parseRepository,
  type ImageRef,
  type RepositoryRef,
} from './ref';
export type {
  CallOptions,
  Credential,
  CredentialSource,
  Descriptor,
  Fetch,
  FetchedManifest,
  FetchInit,
  FetchResponse,
  ImageIndex,
  ImageManifest,
  ManifestContent,
  ManifestHead,
} from './types';
export type { RepositoryAccess } from './verbs/access';
export type { RegistryPing } from './verbs/ping';
export type { Promotion } from './verbs/promote';
export type { TagsOptions } from './verbs/tags';
