import { openRegistry } from './open';
import { pushImage } from './samples';

const MANIFEST = 'HEAD /v2/acme/api/manifests/';

describe('a registry that fails', () => {
  it.each([500, 502, 503, 504, 429, 408])('is asked again after %d', async (status) => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'x');
    open.memory.fault({ on: MANIFEST, status, times: 2 });
    await expect(open.client.headManifest(image.reference)).resolves.toMatchObject({ digest: image.digest });
    expect(open.waits).toEqual([250, 500]);
  });

  it('is asked a bounded number of times', async () => {
    await using open = await openRegistry({}, { retries: 2 });
    await open.client.ping(open.memory.host);
    open.memory.fault({ on: MANIFEST, status: 503, times: 100 });
    open.memory.forget();
    await expect(open.client.headManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'unavailable',
      status: 503,
      temporary: true,
    });
    expect(open.memory.lines()).toHaveLength(3);
  });

  it('is not asked again after an answer that will stay', async () => {
    await using open = await openRegistry();
    open.memory.fault({ on: MANIFEST, status: 403, times: 100 });
    await expect(open.client.headManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'denied',
      temporary: false,
    });
    expect(open.memory.lines(/manifests/)).toHaveLength(1);
    expect(open.waits).toEqual([]);
  });

  it('is given the time that it asks for, up to a cap', async () => {
    await using open = await openRegistry({}, { maxRetryAfterMs: 20_000 });
    open.memory.fault({ on: MANIFEST, status: 429, headers: { 'retry-after': '7' } });
    open.memory.fault({ on: MANIFEST, status: 429, headers: { 'retry-after': '86400' } });
    await expect(open.client.headManifest(`${open.repository}:v1`)).resolves.toBeUndefined();
    expect(open.waits).toEqual([7000, 20_000]);
  });

  it('may break connections, the first one too', async () => {
    await using open = await openRegistry();
    open.memory.fault({ on: 'GET /v2/', reset: true });
    await expect(open.client.headManifest(`${open.repository}:v1`)).resolves.toBeUndefined();
    open.memory.fault({ on: MANIFEST, reset: true, times: 3 });
    await expect(open.client.headManifest(`${open.repository}:v1`)).resolves.toBeUndefined();
    open.memory.fault({ on: MANIFEST, reset: true, times: 100 });
    await expect(open.client.headManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'unavailable',
      temporary: true,
    });
  });

  it('may be silent: a request has its time, and the call has its own', async () => {
    await using open = await openRegistry({}, { timeoutMs: 30, retries: 1 });
    await open.client.ping(open.memory.host);
    open.memory.fault({ on: MANIFEST, delayMs: 2000, times: 10 });
    await expect(open.client.headManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'timeout',
      temporary: true,
      message: expect.stringContaining('within 30 ms'),
    });
    expect(open.waits).toHaveLength(1);
  });

  it('does not hold a call past its deadline', async () => {
    await using open = await openRegistry();
    await open.client.ping(open.memory.host);
    open.memory.fault({ on: MANIFEST, delayMs: 5000, times: 10 });
    const started = performance.now();
    const late = open.client.headManifest(`${open.repository}:v1`, { deadlineMs: 50 });
    await expect(late).rejects.toMatchObject({ reason: 'timeout' });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('does not hold a call past its deadline where calls share the wait', async () => {
    await using open = await openRegistry();
    open.memory.fault({ on: 'GET /v2/', delayMs: 5000 });
    const started = performance.now();
    const late = open.client.headManifest(`${open.repository}:v1`, { deadlineMs: 50 });
    await expect(late).rejects.toMatchObject({ reason: 'timeout' });
    const controller = new AbortController();
    const cancelled = open.client.headManifest(`${open.repository}:v1`, { signal: controller.signal });
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ reason: 'aborted' });
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('is left alone once the caller cancels', async () => {
    await using open = await openRegistry();
    await open.client.ping(open.memory.host);
    open.memory.fault({ on: MANIFEST, delayMs: 5000 });
    const controller = new AbortController();
    const pending = open.client.headManifest(`${open.repository}:v1`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(pending).rejects.toMatchObject({ reason: 'aborted', temporary: false });
    expect(open.memory.lines(/manifests/)).toHaveLength(1);
  });

  it('may be down', async () => {
    const open = await openRegistry({}, { retries: 1 });
    await open.memory.close();
    await expect(open.client.headManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'unavailable',
      temporary: true,
      message: expect.stringContaining('ECONNREFUSED'),
      hint: expect.stringContaining('is up'),
    });
  });
});

describe('a registry that answers nonsense', () => {
  const TYPE = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };

  it.each([
    ['text', 'GET /v2/acme/api/manifests/', 'not json', 'no JSON: not json'],
    ['a login page', 'GET /v2/acme/api/manifests/', '<html>Log in</html>', '<html>Log in</html>'],
    ['another document', 'GET /v2/acme/api/manifests/', '{"schemaVersion":2}', 'at config'],
  ])('gets an error for %s', async (_name, on, body, message) => {
    await using open = await openRegistry();
    open.memory.fault({ on, status: 200, body, headers: TYPE });
    await expect(open.client.getManifest(`${open.repository}:v1`)).rejects.toMatchObject({
      reason: 'invalid-response',
      temporary: false,
      message: expect.stringContaining(message),
    });
  });

  it('cannot pass other bytes off as those of a digest', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'real');
    const body = Buffer.from(Buffer.from(image.bytes).toString().replace('amd64', 'arm64').concat(' '));
    for (const reference of [`${open.repository}@${image.digest}`, image.reference]) {
      const headers = { ...TYPE, 'docker-content-digest': image.digest };
      open.memory.fault({ on: 'GET /v2/acme/api/manifests/', status: 200, body, headers });
      await expect(open.client.getManifest(reference)).rejects.toMatchObject({
        reason: 'invalid-response',
        expected: image.digest,
      });
    }
    open.memory.fault({ on: 'GET /v2/acme/api/blobs/', status: 200, body: 'other' });
    await expect(open.client.getBlob(`${open.repository}@${image.blobs[0]}`)).rejects.toMatchObject({
      reason: 'invalid-response',
      expected: image.blobs[0],
    });
  });

  it('cannot answer a HEAD for a digest with another one', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'real');
    const digest = `sha256:${'1'.repeat(64)}`;
    const headers = { ...TYPE, 'docker-content-digest': digest, 'content-length': '5' };
    open.memory.fault({ on: MANIFEST, status: 200, headers });
    await expect(open.client.headManifest(`${open.repository}@${image.digest}`)).rejects.toMatchObject({
      reason: 'invalid-response',
      found: digest,
    });
  });

  it('is not read without end', async () => {
    await using open = await openRegistry();
    open.memory.fault({
      on: 'GET /v2/acme/api/manifests/',
      status: 200,
      body: Buffer.alloc(5_000_000, ' '),
      headers: TYPE,
    });
    await expect(open.client.getManifest(`${open.repository}:v1`)).rejects.toThrow(
      'more than the 4194304 bytes',
    );
  });

  it('cannot store other bytes than were put', async () => {
    await using open = await openRegistry();
    const image = await pushImage(open.client, open.repository, 'v1', 'real');
    const headers = { 'docker-content-digest': `sha256:${'1'.repeat(64)}` };
    open.memory.fault({ on: 'PUT /v2/acme/api/manifests/', status: 201, headers });
    await expect(open.client.putManifest(`${open.repository}:v2`, image)).rejects.toMatchObject({
      reason: 'invalid-response',
      expected: image.digest,
    });
  });

  it.each([
    ['no place', {}, 'did not say where it goes'],
    [
      'a place elsewhere without TLS',
      { location: 'http://store.example/upload?sig=hush' },
      'not protected by TLS',
    ],
  ])('gets no blob where it opens an upload with %s', async (_name, headers, message) => {
    await using open = await openRegistry();
    open.memory.fault({ on: 'POST /v2/acme/api/blobs/uploads/', status: 202, headers });
    const error = await open.client
      .uploadBlob(open.repository, Buffer.from('x'))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'invalid-response', message: expect.stringContaining(message) });
    expect(String(error)).not.toContain('hush');
  });

  it('is not followed in circles through its tags', async () => {
    await using open = await openRegistry();
    const headers = { link: '</v2/acme/api/tags/list?n=1000>; rel="next"' };
    open.memory.fault({
      on: 'GET /v2/acme/api/tags/list',
      status: 200,
      json: { tags: ['a'] },
      headers,
      times: 100,
    });
    const read = async (): Promise<void> => {
      for await (const _tag of open.client.tags(open.repository));
    };
    await expect(read()).rejects.toThrow('leads back to a page');
    expect(open.memory.lines(/tags/).length).toBeLessThan(5);
  });
});

describe('an upload that breaks off', () => {
  it('starts over as a whole', async () => {
    await using open = await openRegistry();
    const bytes = Buffer.from('content');
    open.memory.fault({ on: 'PUT /v2/acme/api/blobs/uploads/', reset: true });
    const digest = await open.client.uploadBlob(open.repository, bytes);
    expect(Buffer.from(await open.client.getBlob(`${open.repository}@${digest}`)).equals(bytes)).toBe(true);
    expect(open.memory.lines(/^(POST|PUT)/).map((line) => line.split(' ')[0])).toEqual([
      'POST',
      'PUT',
      'POST',
      'PUT',
    ]);
  });
});
