import { isDigest } from './digest';
import { RegistryError } from './error';

/** Where a repository lives: `docker.io` + `library/alpine`, `localhost:5000` + `acme/api`. */
export interface RepositoryRef {
  readonly host: string;
  readonly repository: string;
}

export interface ImageRef extends RepositoryRef {
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

// The grammar of distribution's reference package (github.com/distribution/reference, regexp.go).
const HOST =
  /^(?:\[[0-9a-fA-F:]+\]|(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*)(?::[0-9]{1,5})?$/;
const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const MAX_REPOSITORY_LENGTH = 255;

export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** true for the path of a repository, without host, tag and digest. */
export function isRepository(text: string): boolean {
  return text.length <= MAX_REPOSITORY_LENGTH && REPOSITORY.test(text);
}

export function isTag(text: string): boolean {
  return TAG.test(text);
}

/**
 * Reads `[host/]repository[:tag][@digest]` as docker does: no host means `docker.io`, and one word there means
 * `library/<word>`.
 * @throws RegistryError `invalid-reference`
 */
export function parseReference(text: string): ImageRef {
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  const named = at < 0 ? text : text.slice(0, at);
  // A colon behind the last slash starts the tag; one before it belongs to the host's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const { host, repository } = splitHost(colon < 0 ? named : named.slice(0, colon));

  if (host === '' || !isHost(host))
    throw malformed(text, 'a host with an optional port, for instance ghcr.io', host);
  if (!isRepository(repository)) {
    const expected = `a repository of lower-case letters, digits and separators (. _ __ - /), at most ${MAX_REPOSITORY_LENGTH} long`;
    throw malformed(text, expected, repository);
  }
  if (tag !== undefined && !isTag(tag)) {
    throw malformed(text, 'a tag of letters, digits, _ . -, not starting with . or -, at most 128 long', tag);
  }
  if (digest !== undefined && !isDigest(digest)) {
    throw malformed(
      text,
      'a digest sha256:<64 hex digits> or sha512:<128 hex digits>, in lower case',
      digest,
    );
  }
  return { host, repository, tag, digest };
}

/**
 * Reads `[host/]repository`.
 * @throws RegistryError `invalid-reference` on a tag or digest as well
 */
export function parseRepository(text: string): RepositoryRef {
  const { host, repository, tag, digest } = parseReference(text);
  const extra = tag ?? digest;
  if (extra !== undefined) throw malformed(text, 'a repository without tag and digest', extra);
  return { host, repository };
}

/**
 * Reads a reference that must hold a digest, where a tag that somebody moves in between would be a race.
 * @throws RegistryError `invalid-reference`
 */
export function parseDigestReference(text: string): ImageRef & { readonly digest: string } {
  const ref = parseReference(text);
  if (ref.digest === undefined) throw malformed(text, 'a digest, as in image@sha256:…', ref.tag ?? 'none');
  return { ...ref, digest: ref.digest };
}

/** The full form: host always there, tag and digest where the reference has them. */
export function formatReference(ref: RepositoryRef & Partial<Pick<ImageRef, 'tag' | 'digest'>>): string {
  const tag = ref.tag === undefined ? '' : `:${ref.tag}`;
  const digest = ref.digest === undefined ? '' : `@${ref.digest}`;
  return `${ref.host}/${ref.repository}${tag}${digest}`;
}

function splitHost(name: string): RepositoryRef {
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(slash, 0));
  // docker's rule for telling a host from a first path component.
  const isRemote =
    slash >= 0 && (/[.:[]/.test(first) || first === 'localhost' || first !== first.toLowerCase());
  const host = isRemote ? first : 'docker.io';
  const path = isRemote ? name.slice(slash + 1) : name;
  if (host !== 'docker.io' && host !== 'index.docker.io') return { host, repository: path };
  return { host: 'docker.io', repository: path.includes('/') || path === '' ? path : `library/${path}` };
}

function malformed(text: string, expected: string, part: string): RegistryError {
  const found = `“${part}” in “${text}”`;
  return new RegistryError({
    reason: 'invalid-reference',
    message: `The image reference “${text}” is not valid: expected ${expected}, found “${part}”.`,
    expected,
    found,
    hint: 'References look like [host[:port]/]repository[:tag][@sha256:…].',
  });
}
