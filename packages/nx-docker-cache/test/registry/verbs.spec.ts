import { isRegistryFailure, type RegistryFailure } from '../../src/ports/registry';
import { RegistryError } from '../../src/registry';
import { collect } from './contract';
import { openRegistry } from './open';
import { OCI_INDEX, pushCache, pushImage, pushIndex, descriptorOf, toBytes } from './samples';

const ABSENT = `sha256:${'0'.repeat(64)}`;

describe('headManifest', () => {
  it('costs one request, and names every kind of manifest', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    open.memory.forget();
    await open.client.headManifest(image.reference);
    expect(open.memory.lines()).toEqual(['HEAD /v2/acme/api/manifests/v1']);
    const { accept, ...headers } = open.memory.requests[0]!.headers;
    expect(accept?.split(', ')).toHaveLength(4);
    expect(headers).toMatchObject({ 'user-agent': 'nx-docker-cache', 'accept-encoding': 'identity' });
  });

  it('reads `latest` where the reference says nothing', async () => {
    await using open = await openRegistry();
    await open.client.headManifest(open.repository);
    expect(open.memory.lines(/HEAD/)).toEqual(['HEAD /v2/acme/api/manifests/latest']);
  });

  it('refuses what is no reference without asking', async () => {
    await using open = await openRegistry();
    await expect(open.client.headManifest(`${open.memory.host}/Acme`)).rejects.toMatchObject({
      reason: 'invalid-reference',
    });
    expect(open.memory.lines()).toEqual([]);
  });

  it('keeps connections', async () => {
    await using open = await openRegistry();
    for (let index = 0; index < 5; index += 1) await open.client.headManifest(open.repository);
    expect(open.memory.connections).toBe(1);
  });
});

describe('tags', () => {
  it('reads no further than asked', async () => {
    await using open = await openRegistry({ pageSize: 2 });
    const image = await pushImage(open.client, open.repository, 'a', 'x');
    const tags = ['b', 'c', 'd', 'e'].map((tag) => `${open.repository}:${tag}`);
    await open.client.promote(`${open.repository}@${image.digest}`, tags);
    open.memory.forget();
    await expect(collect(open.client.tags(open.repository, { limit: 3 }))).resolves.toEqual(['a', 'b', 'c']);
    expect(open.memory.lines()).toHaveLength(2);
    await expect(collect(open.client.tags(open.repository))).resolves.toEqual(['a', 'b', 'c', 'd', 'e']);
    open.memory.forget();
    for await (const _tag of open.client.tags(open.repository)) break;
    await expect(collect(open.client.tags(open.repository, { limit: 0 }))).resolves.toEqual([]);
    expect(open.memory.lines()).toHaveLength(1);
  });

  it('takes null for none', async () => {
    await using open = await openRegistry();
    open.memory.fault({ on: 'GET /v2/acme/api/tags', status: 200, json: { name: 'acme/api', tags: null } });
    await expect(collect(open.client.tags(open.repository))).resolves.toEqual([]);
  });
});

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

describe('mountBlob', () => {
  it('stays within one registry', async () => {
    await using open = await openRegistry();
    await expect(open.client.mountBlob(`${open.repository}@${ABSENT}`, 'other.io/a/b')).rejects.toMatchObject(
      {
        reason: 'invalid-reference',
      },
    );
  });
});

describe('deleteManifest', () => {
  it('takes digests only: a tag would take its neighbours with it', async () => {
    await using open = await openRegistry();
    await expect(open.client.deleteManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'invalid-reference',
    });
    expect(open.memory.lines()).toEqual([]);
  });

  it('says where the registry does not delete', async () => {
    await using open = await openRegistry({ deletes: false });
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    await expect(open.client.deleteManifest(`${open.repository}@${image.digest}`)).rejects.toMatchObject({
      reason: 'unsupported',
      status: 405,
      temporary: false,
    });
  });
});

describe('referrers', () => {
  it.each([true, false])('are found, by the endpoint or the tag (endpoint: %s)', async (endpoint) => {
    await using open = await openRegistry({ referrers: endpoint });
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    const subject = descriptorOf(image.bytes, image.mediaType);
    const reference = `${open.repository}@${image.digest}`;
    const found = [];
    for (const artifactType of ['application/vnd.a', 'application/vnd.b']) {
      const referrer = await pushImage(open.client, open.repository, undefined, artifactType, {
        subject,
        artifactType,
      });
      found.push({ ...descriptorOf(referrer.bytes, referrer.mediaType), artifactType });
    }
    if (!endpoint) {
      const bytes = toBytes({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: found });
      const tag = image.digest.replace(':', '-');
      await open.client.putManifest(`${open.repository}:${tag}`, { bytes, mediaType: OCI_INDEX });
    }
    await expect(open.client.referrers(reference)).resolves.toEqual(found);
    await expect(open.client.referrers(reference, { artifactType: 'application/vnd.b' })).resolves.toEqual([
      found[1],
    ]);
    await expect(open.client.referrers(reference, { artifactType: 'application/vnd.c' })).resolves.toEqual(
      [],
    );
  });
});

describe('ping', () => {
  it('refuses what is no host', async () => {
    await using open = await openRegistry();
    await expect(open.client.ping('https://ghcr.io')).rejects.toMatchObject({ reason: 'invalid-reference' });
  });

  it('says what does not answer as a registry', async () => {
    await using open = await openRegistry();
    open.memory.fault({ on: 'GET /v2/', status: 404, body: '<html>', times: 5 });
    await expect(open.client.ping(open.memory.host)).rejects.toMatchObject({
      reason: 'not-found',
      status: 404,
    });
  });
});

describe('the client', () => {
  it('works with the global fetch as well', async () => {
    await using open = await openRegistry({}, { fetch });
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    await expect(open.client.getManifest(image.reference)).resolves.toMatchObject({ digest: image.digest });
    open.memory.fault({ on: 'HEAD', reset: true });
    await expect(open.client.headManifest(image.reference)).resolves.toMatchObject({ digest: image.digest });
    expect(open.waits).toHaveLength(1);
  });

  it('fails with what the port promises', () => {
    const failure: RegistryFailure = new RegistryError({ reason: 'denied', message: 'no' });
    expect([failure, new Error('no'), { name: 'RegistryError' }, undefined].map(isRegistryFailure)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
