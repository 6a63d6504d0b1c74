import { openRegistry } from './open';
import { OCI_INDEX, pushCache, pushImage, pushIndex, descriptorOf, toBytes } from './samples';

const ABSENT = `sha256:${'0'.repeat(64)}`;

describe('promote', () => {
  it('is one read and one write a tag', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    open.memory.forget();
    await open.client.promote(`${open.repository}@${image.digest}`, [
      `${open.repository}:a`,
      `${open.repository}:b`,
    ]);
    expect(open.memory.lines()).toEqual([
      `GET /v2/acme/api/manifests/${image.digest}`,
      'PUT /v2/acme/api/manifests/a',
      'PUT /v2/acme/api/manifests/b',
    ]);
    expect(open.memory.requests[1]!.headers['content-type']).toBe(image.mediaType);
  });

  it('stops at the first tag that fails and says how far it came', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    open.memory.fault({ on: 'PUT /v2/acme/api/manifests/b', status: 403 });
    const refs = ['a', 'b', 'c'].map((tag) => `${open.repository}:${tag}`);
    await expect(open.client.promote(`${open.repository}@${image.digest}`, refs)).rejects.toMatchObject({
      reason: 'denied',
      status: 403,
      message: expect.stringContaining(`${refs[1]} was not moved (moved before it: ${refs[0]}).`),
    });
    await expect(open.client.headManifest(refs[2]!)).resolves.toBeUndefined();
  });

  it.each([
    ['from a tag', 'acme/api:v1', ['acme/api:a'], 'expected a digest'],
    ['to a repository', `acme/api@${ABSENT}`, ['acme/api'], 'expected a reference with a tag'],
    ['to a digest', `acme/api@${ABSENT}`, [`acme/api:a@${ABSENT}`], 'and no digest'],
    [
      'to another registry',
      `acme/api@${ABSENT}`,
      ['other.io/acme/api:a'],
      'where the digest is, found other.io',
    ],
  ])('refuses to go %s, before anything is sent', async (_name, from, to, message) => {
    await using open = await openRegistry();
    const here = (text: string): string =>
      text.startsWith('other.io') ? text : `${open.memory.host}/${text}`;
    await expect(open.client.promote(here(from), to.map(here))).rejects.toMatchObject({
      reason: 'invalid-reference',
      message: expect.stringContaining(message),
    });
    expect(open.memory.lines()).toEqual([]);
  });

  it('says when the digest is gone', async () => {
    await using open = await openRegistry();
    await expect(
      open.client.promote(`${open.repository}@${ABSENT}`, [`${open.repository}:a`]),
    ).rejects.toMatchObject({ reason: 'not-found' });
    expect(open.memory.lines(/PUT/)).toEqual([]);
  });

  it('pushes the children of an index before it, each once, and mounts each blob once', async () => {
    await using open = await openRegistry();
    const to = `${open.memory.host}/prod/api`;
    const child = await pushImage(open.client, open.repository, undefined, 'a');
    const inner = await pushIndex(open.client, open.repository, undefined, [child]);
    const outer = await pushIndex(open.client, open.repository, 'v1', [inner, child]);
    open.memory.forget();
    await open.client.promote(`${open.repository}@${outer.digest}`, [`${to}:v1`]);
    expect(open.memory.lines(/PUT/)).toEqual([
      `PUT /v2/prod/api/manifests/${child.digest}`,
      `PUT /v2/prod/api/manifests/${inner.digest}`,
      'PUT /v2/prod/api/manifests/v1',
    ]);
    expect(open.memory.lines(/POST/)).toHaveLength(2);
  });

  it('copies small blobs where the registry does not mount, and leaves no upload open', async () => {
    await using open = await openRegistry({ mounts: false });
    const to = `${open.memory.host}/prod/cache`;
    const cache = await pushCache(open.client, open.repository, 'main', 'x');
    const result = await open.client.promote(`${open.repository}@${cache.digest}`, [`${to}:main`]);
    expect(result).toMatchObject({ mountedBlobs: 0 });
    expect(result.copiedBytes).toBeGreaterThan(0);
    await expect(open.client.headManifest(`${to}:main`)).resolves.toMatchObject({ digest: cache.digest });
    expect(open.memory.store.uploads.size).toBe(0);
  });

  it('does not pull large blobs through this machine', async () => {
    await using open = await openRegistry({ mounts: false });
    const layer = {
      ...descriptorOf(Buffer.from('x'), 'application/vnd.oci.image.layer.v1.tar'),
      size: 99_000_000,
    };
    await open.client.uploadBlob(open.repository, Buffer.from('x'));
    const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [layer] });
    const digest = await open.client.putManifest(`${open.repository}:big`, { bytes, mediaType: OCI_INDEX });
    await expect(
      open.client.promote(`${open.repository}@${digest}`, [`${open.memory.host}/prod/api:v1`]),
    ).rejects.toMatchObject({ reason: 'unsupported', hint: expect.stringContaining('imagetools create') });
    expect(open.memory.lines(/GET .*blobs/)).toEqual([]);
  });
});
