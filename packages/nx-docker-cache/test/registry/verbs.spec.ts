import { isRegistryFailure, type RegistryFailure } from '../../src/ports/registry';
import { RegistryError } from '../../src/registry';
import { collect } from './collect';
import { openRegistry } from './open';
import { OCI_INDEX, pushImage, descriptorOf, toBytes } from './samples';

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
