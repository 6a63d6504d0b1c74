import { randomUUID } from 'node:crypto';
import type { Need } from './memory-auth';
import type { MemoryAnswer, MemoryRegistryOptions, MemoryRequest } from './memory-registry';
import { type MemoryRepository, type MemoryStore, sha256 } from './memory-store';

const ROUTE = /^\/v2\/(?<name>.+?)\/(?<kind>manifests|tags|referrers|blobs\/uploads|blobs)\/(?<rest>[^/]*)$/;
const INDEX = 'application/vnd.oci.image.index.v1+json';

/** A request's repository and action; undefined for `/v2/` itself. */
export function needOf({ method, path }: MemoryRequest): Need | undefined {
  const groups = ROUTE.exec(path)?.groups;
  if (groups === undefined) return undefined;
  const isUpload = groups.kind === 'blobs/uploads';
  const isRead = method === 'GET' || method === 'HEAD';
  const action = isRead ? 'pull' : method === 'DELETE' && !isUpload ? 'delete' : 'push';
  return { name: groups.name!, action };
}

/** Answers a request that may pass. `mayPull` tells whether its login may read a repository that a mount names. */
export function answer(
  store: MemoryStore,
  options: MemoryRegistryOptions,
  request: MemoryRequest,
  mayPull: (name: string) => boolean,
): MemoryAnswer {
  if (request.path === '/v2/') return { status: 200, json: {} };
  const groups = ROUTE.exec(request.path)?.groups;
  if (groups === undefined) return failure(404, 'UNSUPPORTED');
  const { name = '', kind = '', rest = '' } = groups;
  const isWrite = request.method === 'PUT' || request.method === 'POST';
  const repository = isWrite ? store.at(name) : store.repositories.get(name);
  if (repository === undefined) return failure(404, 'NAME_UNKNOWN');
  switch (kind) {
    case 'manifests':
      return manifests(repository, options, request, name, rest);
    case 'tags':
      return listTags(repository, options, request, name);
    case 'referrers':
      return options.referrers === false ? { status: 404 } : listReferrers(repository, request, rest);
    case 'blobs/uploads':
      return uploads(store, options, request, name, rest, mayPull);
    default:
      return blobs(repository, options, rest);
  }
}

function manifests(
  repository: MemoryRepository,
  options: MemoryRegistryOptions,
  request: MemoryRequest,
  name: string,
  reference: string,
): MemoryAnswer {
  if (request.method === 'PUT') return putManifest(repository, request, name, reference);
  const found = repository.resolve(reference);
  if (request.method === 'DELETE') {
    if (options.deletes === false) return failure(405, 'UNSUPPORTED');
    if (found === undefined) return failure(404, 'MANIFEST_UNKNOWN');
    repository.manifests.delete(found.digest);
    for (const [tag, digest] of repository.tags) if (digest === found.digest) repository.tags.delete(tag);
    return { status: 202 };
  }
  if (found === undefined) return failure(404, 'MANIFEST_UNKNOWN');
  const { mediaType, bytes } = found.manifest;
  if (!(request.headers.accept ?? '').includes(mediaType)) return failure(404, 'MANIFEST_UNKNOWN');
  const headers: Record<string, string> = { 'content-type': mediaType };
  if (options.digestHeader !== false) headers['docker-content-digest'] = found.digest;
  return { status: 200, headers, body: bytes };
}

function putManifest(
  repository: MemoryRepository,
  { body, headers }: MemoryRequest,
  name: string,
  reference: string,
): MemoryAnswer {
  const digest = sha256(body);
  if (reference.includes(':') && reference !== digest) return failure(400, 'DIGEST_INVALID');
  const missing = repository.missing(body);
  if (missing.length > 0) return failure(400, 'MANIFEST_BLOB_UNKNOWN', missing.join(' '));
  repository.manifests.set(digest, { bytes: body, mediaType: headers['content-type'] ?? '' });
  if (!reference.includes(':')) repository.tags.set(reference, digest);
  const location = `/v2/${name}/manifests/${digest}`;
  return { status: 201, headers: { location, 'docker-content-digest': digest } };
}

function listTags(
  repository: MemoryRepository,
  options: MemoryRegistryOptions,
  { query }: MemoryRequest,
  name: string,
): MemoryAnswer {
  const size = Math.min(Number(query.get('n') ?? Number.POSITIVE_INFINITY), options.pageSize ?? 1000);
  const last = query.get('last') ?? '';
  const rest = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const page = rest.slice(0, size);
  const next = `</v2/${name}/tags/list?last=${page.at(-1)}&n=${size}>; rel="next"`;
  return { status: 200, headers: rest.length > size ? { link: next } : {}, json: { name, tags: page } };
}

function listReferrers(repository: MemoryRepository, { query }: MemoryRequest, digest: string): MemoryAnswer {
  const type = query.get('artifactType');
  const all = repository.referrers(digest) as { artifactType?: string }[];
  const manifests = type === null ? all : all.filter(({ artifactType }) => artifactType === type);
  const headers = {
    'content-type': INDEX,
    ...(type === null ? {} : { 'oci-filters-applied': 'artifactType' }),
  };
  return { status: 200, headers, json: { schemaVersion: 2, mediaType: INDEX, manifests } };
}

function uploads(
  store: MemoryStore,
  { mounts }: MemoryRegistryOptions,
  { method, query, body }: MemoryRequest,
  name: string,
  id: string,
  mayPull: (name: string) => boolean,
): MemoryAnswer {
  const repository = store.at(name);
  if (method === 'POST') {
    const [mount, from] = [query.get('mount'), query.get('from')];
    const blob =
      mount && from && mounts !== false && mayPull(from) ? store.at(from).blobs.get(mount) : undefined;
    if (mount && blob !== undefined) {
      repository.blobs.set(mount, blob);
      const location = `/v2/${name}/blobs/${mount}`;
      return { status: 201, headers: { location, 'docker-content-digest': mount } };
    }
    const upload = randomUUID();
    store.uploads.set(upload, name);
    return { status: 202, headers: { location: `/v2/${name}/blobs/uploads/${upload}?_state=secret` } };
  }
  if (store.uploads.get(id) !== name) return failure(404, 'BLOB_UPLOAD_UNKNOWN');
  store.uploads.delete(id);
  if (method === 'DELETE') return { status: 204 };
  const digest = sha256(body);
  if (query.get('digest') !== digest) return failure(400, 'DIGEST_INVALID');
  repository.blobs.set(digest, body);
  return {
    status: 201,
    headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest },
  };
}

function blobs(
  repository: MemoryRepository,
  { blobsAt }: MemoryRegistryOptions,
  digest: string,
): MemoryAnswer {
  const blob = repository.blobs.get(digest);
  if (blob === undefined) return failure(404, 'BLOB_UNKNOWN');
  // As registries before an object store do.
  if (blobsAt !== undefined)
    return { status: 307, headers: { location: `${blobsAt}/${digest}?signature=secret` } };
  const headers = { 'content-type': 'application/octet-stream', 'docker-content-digest': digest };
  return { status: 200, headers, body: blob };
}

export function failure(status: number, code: string, message = code.toLowerCase()): MemoryAnswer {
  return { status, json: { errors: [{ code, message }] } };
}
