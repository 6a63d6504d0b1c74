import { createHash } from 'node:crypto';

const ACCEPT = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** The very bytes behind a reference, as their sha256; undefined where there is none. */
export async function fingerprint(ref) {
  const [, host, repository, tag] = /^([^/]+)\/(.+):([^:]+)$/.exec(ref);
  const answer = await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    headers: { accept: ACCEPT },
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`Expected ${ref} in the registry; it answered ${answer.status}.`);
  return createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
}
