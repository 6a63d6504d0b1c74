import type { Credential } from '../../src/registry';
import type { MemoryAuth } from './memory-auth';
import { openRegistry, type Opened } from './open';
import { pushImage } from './samples';
import { startMemoryRegistry } from './memory-registry';

const LOGIN = { user: 'robot', password: 'pw' };
const CREDENTIAL = { username: 'robot', password: 'pw' };
const TOKENS: MemoryAuth = { kind: 'bearer', ...LOGIN };

const open = (auth: MemoryAuth, credential?: Credential): Promise<Opened> =>
  openRegistry({ auth }, { credentials: () => Promise.resolve(credential) });

describe('tokens', () => {
  it('are asked for once for requests side by side, and without a 401 each', async () => {
    await using opened = await open(TOKENS, CREDENTIAL);
    const image = await pushImage(opened.client, opened.repository, 'v1', 'x');
    opened.memory.forget();
    await Promise.all(Array.from({ length: 10 }, () => opened.client.headManifest(image.reference)));
    expect(opened.memory.lines(/token/)).toEqual([
      'GET /token?service=memory&scope=repository%3Aacme%2Fapi%3Apull',
    ]);
    expect(opened.memory.lines(/manifests/)).toHaveLength(10);
  });

  it('are renewed once they are worthless', async () => {
    await using opened = await open(TOKENS, CREDENTIAL);
    const image = await pushImage(opened.client, opened.repository, 'v1', 'x');
    await opened.client.headManifest(image.reference);
    opened.memory.revokeTokens();
    opened.memory.forget();
    await expect(opened.client.headManifest(image.reference)).resolves.toMatchObject({
      digest: image.digest,
    });
    expect(opened.memory.lines().map((line) => line.split('?')[0])).toEqual([
      'HEAD /v2/acme/api/manifests/v1',
      'GET /token',
      'HEAD /v2/acme/api/manifests/v1',
    ]);
  });

  it('serve anonymous reads of what is public', async () => {
    const auth: MemoryAuth = { ...TOKENS, anonymousPull: true };
    await using writer = await open(auth, CREDENTIAL);
    const image = await pushImage(writer.client, writer.repository, 'v1', 'x');
    await using reader = await open(auth);
    for (const [name, content] of writer.memory.store.repositories)
      reader.memory.store.repositories.set(name, content);
    await expect(reader.client.headManifest(`${reader.repository}:v1`)).resolves.toMatchObject({
      digest: image.digest,
    });
    await expect(reader.client.putManifest(`${reader.repository}:v2`, image)).rejects.toMatchObject({
      reason: 'unauthorized',
      hint: expect.stringContaining(`docker login ${reader.memory.host}`),
    });
    expect(reader.memory.requests.every(({ authorization }) => !authorization?.startsWith('Basic'))).toBe(
      true,
    );
  });

  it('come from an identity token too, or from what the token server makes of it', async () => {
    const auth: MemoryAuth = { ...TOKENS, identityToken: 'refresh' };
    await using opened = await open(auth, { identityToken: 'refresh' });
    await expect(opened.client.headManifest(`${opened.repository}:v1`)).resolves.toBeUndefined();
    expect(opened.memory.lines(/token/)).toEqual(['POST /token']);
    // This server has no POST; the identity token is the password there.
    await using old = await open(TOKENS, { username: 'robot', identityToken: 'pw' });
    await expect(old.client.headManifest(`${old.repository}:v1`)).resolves.toBeUndefined();
    expect(old.memory.lines(/token/).map((line) => line.split('?')[0])).toEqual([
      'POST /token',
      'GET /token',
    ]);
  });

  it('that the login may not have fail once, with the registry’s reason', async () => {
    await using opened = await open({ ...TOKENS, actions: ['pull'] }, CREDENTIAL);
    const content = { bytes: Buffer.from('{}'), mediaType: 'application/vnd.oci.image.index.v1+json' };
    await expect(opened.client.putManifest(`${opened.repository}:v1`, content)).rejects.toMatchObject({
      reason: 'unauthorized',
      status: 401,
      code: 'UNAUTHORIZED',
      temporary: false,
    });
    expect(opened.waits).toEqual([]);
  });

  it('are tried for again while their server is down', async () => {
    await using opened = await open(TOKENS, CREDENTIAL);
    opened.memory.fault({ on: 'GET /token', status: 503, times: 2 });
    await expect(opened.client.headManifest(`${opened.repository}:v1`)).resolves.toBeUndefined();
    expect(opened.waits).toHaveLength(2);
  });
});

describe('passwords', () => {
  it.each<[string, MemoryAuth]>([
    ['basic', { kind: 'basic', ...LOGIN }],
    ['bearer', TOKENS],
  ])('that are wrong are not repeated, nor shown (%s)', async (_name, auth) => {
    await using opened = await open(auth, { username: 'robot', password: 'wr0ng' });
    const error = await opened.client
      .headManifest(`${opened.repository}:v1`)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ reason: 'unauthorized', status: 401, temporary: false });
    const encoded = Buffer.from('robot:wr0ng').toString('base64');
    expect(
      opened.memory.requests.filter(({ authorization }) => authorization === `Basic ${encoded}`),
    ).toHaveLength(1);
    const shown = JSON.stringify(error) + String(error) + String((error as Error).stack);
    expect(shown).not.toContain('wr0ng');
    expect(shown).not.toContain(encoded);
  });

  it('that nobody has are missed with a word on what to do', async () => {
    await using opened = await open({ kind: 'basic', ...LOGIN });
    await expect(opened.client.headManifest(`${opened.repository}:v1`)).rejects.toMatchObject({
      reason: 'unauthorized',
      hint: expect.stringContaining(`docker login ${opened.memory.host}`),
    });
  });

  it('do not follow a redirect to another origin', async () => {
    await using store = await startMemoryRegistry();
    await using opened = await openRegistry(
      { auth: { kind: 'basic', ...LOGIN }, blobsAt: store.origin },
      { credentials: () => Promise.resolve(CREDENTIAL) },
    );
    const digest = await opened.client.uploadBlob(opened.repository, Buffer.from('elsewhere'));
    store.fault({ on: `GET /${digest}`, status: 200, body: 'elsewhere' });
    await expect(opened.client.getBlob(`${opened.repository}@${digest}`)).resolves.toHaveLength(9);
    expect(store.requests).toHaveLength(1);
    expect(store.requests[0]!.authorization).toBeUndefined();
    expect(opened.memory.requests.at(-1)!.authorization).toMatch(/^Basic /);
  });

  it('do not follow a link to another origin', async () => {
    await using evil = await startMemoryRegistry();
    await using opened = await open({ kind: 'basic', ...LOGIN }, CREDENTIAL);
    const headers = { link: `<${evil.origin}/v2/acme/api/tags/list>; rel="next"` };
    await opened.client.ping(opened.memory.host);
    opened.memory.fault({ on: 'GET /v2/acme/api/tags', status: 200, json: { tags: ['a'] }, headers });
    const read = async (): Promise<void> => {
      for await (const _tag of opened.client.tags(opened.repository));
    };
    await expect(read()).rejects.toMatchObject({ reason: 'invalid-response', found: evil.origin });
    expect(evil.requests).toEqual([]);
  });

  it('do not go to a place for uploads elsewhere', async () => {
    await using store = await startMemoryRegistry();
    await using opened = await open({ kind: 'basic', ...LOGIN }, CREDENTIAL);
    await opened.client.ping(opened.memory.host);
    const headers = { location: `${store.origin}/upload/1` };
    opened.memory.fault({ on: 'POST /v2/acme/api/blobs/uploads/', status: 202, headers });
    store.fault({ on: 'PUT /upload/1', status: 201 });
    await opened.client.uploadBlob(opened.repository, Buffer.from('x'));
    expect(store.requests.map(({ line, authorization }) => [line.split('?')[0], authorization])).toEqual([
      ['PUT /upload/1', undefined],
    ]);
  });

  it('do not go to a token server without TLS', async () => {
    await using opened = await open({ ...TOKENS, realm: 'http://auth.example/token' }, CREDENTIAL);
    await expect(opened.client.headManifest(`${opened.repository}:v1`)).rejects.toMatchObject({
      reason: 'credentials',
      found: 'http://auth.example',
    });
  });
});

describe('access', () => {
  it.each<[string, MemoryAuth | undefined, Credential | undefined, object]>([
    ['all', TOKENS, CREDENTIAL, { pull: 'absent', push: 'granted' }],
    ['reads only', { ...TOKENS, actions: ['pull'] }, CREDENTIAL, { pull: 'absent', push: 'denied' }],
    [
      'reads for everybody',
      { ...TOKENS, anonymousPull: true },
      undefined,
      { pull: 'absent', push: 'denied' },
    ],
    ['nothing', TOKENS, undefined, { pull: 'denied', push: 'denied' }],
    ['a wrong password', TOKENS, { username: 'robot', password: 'x' }, { pull: 'denied', push: 'denied' }],
    ['tokens that say nothing', { ...TOKENS, opaque: true }, CREDENTIAL, { pull: 'absent', push: 'unknown' }],
    ['a password', { kind: 'basic', ...LOGIN }, CREDENTIAL, { pull: 'absent', push: 'unknown' }],
    ['no lock', undefined, undefined, { pull: 'absent', push: 'unknown' }],
  ])('is known with %s, from reads alone', async (_name, auth, credential, access) => {
    await using opened = await openRegistry({ auth }, { credentials: () => Promise.resolve(credential) });
    await expect(opened.client.access(opened.repository)).resolves.toEqual(access);
    expect(opened.memory.lines(/^(POST|PUT|PATCH|DELETE) \/v2/)).toEqual([]);
  });

  it('fails where the registry does', async () => {
    await using opened = await openRegistry({}, { retries: 0 });
    opened.memory.fault({ on: 'GET /v2/acme/api/tags', status: 500 });
    await expect(opened.client.access(opened.repository)).rejects.toMatchObject({ reason: 'unavailable' });
  });
});
