import { RegistryError } from '../error';
import { parseManifest } from '../manifest';
import { essence } from '../media-types';
import { nextPage } from '../link';
import { formatReference, parseDigestReference, type ImageRef } from '../ref';
import type { Call } from '../retry';
import { pullScope } from '../endpoints';
import type { Transport } from '../transport';
import type { Descriptor } from '../types';
import { getManifest } from './get-manifest';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MAX_PAGES = 100;

/**
 * distribution-spec, "Listing Referrers": what names this digest as its subject; where the registry lacks the
 * endpoint, what clients keep under the tag `sha256-<hex>` ("Referrers Tag Schema").
 */
export async function referrers(
  transport: Transport,
  reference: string,
  artifactType: string | undefined,
  call: Call,
): Promise<readonly Descriptor[]> {
  const ref = parseDigestReference(reference);
  const found =
    (await fromEndpoint(transport, ref, artifactType, call)) ?? (await fromTag(transport, ref, call));
  // Filtering by the registry is optional, and harmless to do twice.
  return artifactType === undefined ? found : found.filter((each) => each.artifactType === artifactType);
}

async function fromEndpoint(
  transport: Transport,
  { host, repository, digest }: ImageRef,
  artifactType: string | undefined,
  call: Call,
): Promise<readonly Descriptor[] | undefined> {
  const found: Descriptor[] = [];
  const filter = artifactType === undefined ? '' : `?${new URLSearchParams({ artifactType }).toString()}`;
  let path: string | undefined = `/v2/${repository}/referrers/${digest}${filter}`;
  for (let page = 0; path !== undefined && page < MAX_PAGES; page += 1) {
    const response = await transport.request(
      {
        host,
        method: 'GET',
        path,
        scopes: [pullScope(repository)],
        headers: { accept: INDEX },
        accept: [200, 404, 405, 501],
      },
      call,
    );
    if (response.status !== 200) return undefined;
    const what = `the referrers of ${host}/${repository}@${digest}`;
    const { manifest } = parseManifest(response.bytes, essence(response.headers.get('content-type')), what);
    if (manifest.kind === 'index') found.push(...manifest.manifests);
    path = nextPage(response.headers.get('link'), response.url);
  }
  return found;
}

async function fromTag(transport: Transport, ref: ImageRef, call: Call): Promise<readonly Descriptor[]> {
  const tag = ref.digest!.replace(':', '-').slice(0, 128);
  try {
    const { manifest } = await getManifest(
      transport,
      formatReference({ ...ref, tag, digest: undefined }),
      call,
    );
    return manifest.kind === 'index' ? manifest.manifests : [];
  } catch (error) {
    if (error instanceof RegistryError && error.reason === 'not-found') return [];
    throw error;
  }
}
