import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMemoryRegistry, type MemoryRegistry } from '../../test/registry/memory-registry';
import { TEST_CA, TEST_SERVER } from '../../test/registry/tls';
import type { Fetch, FetchInit } from '../registry';
import { createFetch } from './fetch';

function get(fetch: Fetch, url: string, init: Partial<FetchInit> = {}): ReturnType<Fetch> {
  return fetch(url, {
    method: 'GET',
    headers: {},
    redirect: 'manual',
    signal: new AbortController().signal,
    ...init,
  });
}

async function textOf({ body }: { body: AsyncIterable<Uint8Array> | null }): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('createFetch', () => {
  let plain: MemoryRegistry;
  beforeEach(async () => void (plain = await startMemoryRegistry()));
  afterEach(() => plain.close());

  it('gives status, headers and body', async () => {
    plain.fault({ on: 'GET /x', status: 418, headers: { 'x-a': 'b' }, body: 'tea' });
    const response = await get(createFetch({ env: {} }), `${plain.origin}/x`, { headers: { 'x-c': 'd' } });
    expect(response.status).toBe(418);
    expect([response.headers.get('X-A'), response.headers.get('x-none')]).toEqual(['b', null]);
    await expect(textOf(response)).resolves.toBe('tea');
    expect(plain.requests[0]!.headers).toMatchObject({ 'x-c': 'd' });
  });

  it('says the length of what it sends, nothing included', async () => {
    const fetch = createFetch({ env: {} });
    await textOf(await get(fetch, `${plain.origin}/x`, { method: 'PUT', body: Buffer.from('äb') }));
    await textOf(await get(fetch, `${plain.origin}/x`, { method: 'POST' }));
    expect(plain.requests.map(({ headers }) => headers['content-length'])).toEqual(['3', '0']);
  });

  it('does not follow redirects', async () => {
    plain.fault({ on: 'GET /x', status: 302, headers: { location: '/y' } });
    await expect(get(createFetch({ env: {} }), `${plain.origin}/x`)).resolves.toMatchObject({ status: 302 });
  });

  it('keeps a connection after answers without a body', async () => {
    const fetch = createFetch({ env: {} });
    for (const method of ['HEAD', 'HEAD', 'GET'])
      await textOf(await get(fetch, `${plain.origin}/v2/`, { method }));
    expect(plain.connections).toBe(1);
  });

  it('takes a read up again where the server closed the kept connection', async () => {
    const fetch = createFetch({ env: {} });
    await textOf(await get(fetch, `${plain.origin}/v2/`));
    plain.fault({ on: 'GET /v2/', reset: true });
    await expect(get(fetch, `${plain.origin}/v2/`)).resolves.toMatchObject({ status: 200 });
    plain.fault({ on: 'PUT /v2/', reset: true });
    await expect(get(fetch, `${plain.origin}/v2/`, { method: 'PUT' })).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    plain.fault({ on: 'GET /v2/', reset: true, times: 5 });
    await expect(get(fetch, `${plain.origin}/v2/`)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('ends with its signal', async () => {
    const controller = new AbortController();
    plain.fault({ on: 'GET /v2/', delayMs: 5000 });
    const pending = get(createFetch({ env: {} }), `${plain.origin}/v2/`, { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    await expect(pending).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('trust', () => {
  let secure: MemoryRegistry;
  let folder: string;
  beforeEach(async () => {
    secure = await startMemoryRegistry({ tls: TEST_SERVER });
    folder = await mkdtemp(join(tmpdir(), 'trust-'));
    await writeFile(join(folder, 'ca.pem'), TEST_CA);
  });
  afterEach(async () => {
    await secure.close();
    await rm(folder, { recursive: true });
  });
  const ask = (fetch: Fetch): ReturnType<Fetch> => get(fetch, `${secure.origin}/v2/`, { method: 'HEAD' });

  it('is not given to an authority that nobody named', async () => {
    await expect(ask(createFetch({ env: {}, certsDirs: [] }))).rejects.toMatchObject({
      code: expect.stringMatching(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/),
    });
  });

  it('comes from a CA file', async () => {
    const fetch = createFetch({ env: {}, certsDirs: [], caFile: join(folder, 'ca.pem') });
    await expect(ask(fetch)).resolves.toMatchObject({ status: 200 });
  });

  it('comes from the engine’s folder for exactly this host and port', async () => {
    const fetch = (): Fetch => createFetch({ env: {}, certsDirs: [join(folder, 'none'), folder] });
    await mkdir(join(folder, '127.0.0.1:1'));
    await writeFile(join(folder, '127.0.0.1:1', 'ca.crt'), TEST_CA);
    await expect(ask(fetch())).rejects.toThrow();
    await mkdir(join(folder, secure.host));
    await writeFile(join(folder, secure.host, 'corp.crt'), TEST_CA);
    await expect(ask(fetch())).resolves.toMatchObject({ status: 200 });
  });

  it('is waived for hosts that are declared insecure, and for no other', async () => {
    const insecure = (host: string): boolean => host === secure.host;
    await expect(ask(createFetch({ env: {}, certsDirs: [], insecure }))).resolves.toMatchObject({
      status: 200,
    });
    const other = createFetch({ env: {}, certsDirs: [], insecure: (host) => host === '127.0.0.1' });
    await expect(ask(other)).rejects.toThrow();
  });

  it('says which file of certificates is missing or broken', async () => {
    const missing = createFetch({ env: {}, certsDirs: [], caFile: join(folder, 'none.pem') });
    await expect(ask(missing)).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      message: expect.stringContaining('none.pem'),
    });
    await mkdir(join(folder, secure.host));
    await writeFile(join(folder, secure.host, 'client.cert'), 'nonsense');
    await writeFile(join(folder, secure.host, 'client.key'), 'nonsense');
    await expect(ask(createFetch({ env: {}, certsDirs: [folder] }))).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
    });
  });

  it('shows our own certificate where the engine has one for the host', async () => {
    await using strict = await startMemoryRegistry({
      tls: { ...TEST_SERVER, requestCert: true, ca: TEST_CA },
    });
    const own = join(folder, strict.host);
    const show = (): ReturnType<Fetch> =>
      get(createFetch({ env: {}, certsDirs: [folder] }), `${strict.origin}/v2/`);
    await mkdir(own);
    await writeFile(join(own, 'ca.crt'), TEST_CA);
    await expect(show()).rejects.toThrow();
    await writeFile(join(own, 'client.cert'), TEST_SERVER.cert);
    await writeFile(join(own, 'client.key'), TEST_SERVER.key);
    await expect(show()).resolves.toMatchObject({ status: 200 });
  });
});

describe('proxies', () => {
  let proxy: Server;
  const seen: string[] = [];
  const sockets = new Set<Socket>();
  let address: string;

  beforeAll(async () => {
    proxy = createServer(forward);
    proxy.on('connect', tunnel);
    proxy.on('connection', (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  });
  beforeEach(() => void (seen.length = 0));
  afterAll(async () => {
    // A tunnel outlives its request, and the server no longer counts it as its own.
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => proxy.close(resolve));
  });

  /** Whatever host is asked for, `X-Port` or the port of CONNECT says where it is on this machine. */
  function forward(incoming: IncomingMessage, response: ServerResponse): void {
    seen.push(`${incoming.method} ${incoming.url} ${incoming.headers['proxy-authorization'] ?? '-'}`);
    const { port, pathname } = new URL(incoming.url!);
    const outgoing = request(
      { host: '127.0.0.1', port, path: pathname, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    outgoing.end();
  }

  function tunnel(incoming: IncomingMessage, socket: Socket): void {
    seen.push(`CONNECT ${incoming.url} ${incoming.headers['proxy-authorization'] ?? '-'}`);
    if (incoming.url!.startsWith('forbidden.test'))
      return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const target = connect(Number(incoming.url!.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const end of [target, socket]) end.on('error', () => socket.destroy());
  }

  it('are asked for plain URLs as a whole', async () => {
    await using plain = await startMemoryRegistry();
    const port = plain.host.split(':')[1]!;
    const fetch = createFetch({ env: { HTTP_PROXY: `http://u:p@${address}` } });
    const response = await get(fetch, `http://registry.test:${port}/v2/`);
    expect(response.status).toBe(200);
    await textOf(response);
    expect(seen).toEqual([`GET http://registry.test:${port}/v2/ Basic dTpw`]);
    expect(plain.requests[0]!.headers.host).toBe(`registry.test:${port}`);
  });

  it('tunnel TLS, one tunnel for many requests, and see no credentials in it', async () => {
    await using secure = await startMemoryRegistry({ tls: TEST_SERVER });
    const port = secure.host.split(':')[1]!;
    const fetch = createFetch({ env: { https_proxy: address }, certsDirs: [], insecure: () => true });
    for (let index = 0; index < 3; index += 1) {
      const init = { headers: { authorization: 'Basic hush' } };
      await textOf(await get(fetch, `https://registry.test:${port}/v2/`, init));
    }
    expect(seen).toEqual([`CONNECT registry.test:${port} -`]);
    expect(secure.requests.map(({ authorization }) => authorization)).toEqual(Array(3).fill('Basic hush'));
  });

  it('do not make certificates less checked', async () => {
    await using secure = await startMemoryRegistry({ tls: TEST_SERVER });
    const folder = await mkdtemp(join(tmpdir(), 'trust-'));
    try {
      const caFile = join(folder, 'ca.pem');
      await writeFile(caFile, TEST_CA);
      const fetch = createFetch({ env: { HTTPS_PROXY: address }, certsDirs: [], caFile });
      const port = secure.host.split(':')[1]!;
      await expect(get(fetch, `https://registry.test:${port}/v2/`)).rejects.toMatchObject({
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that refuse are named', async () => {
    const fetch = createFetch({ env: { HTTPS_PROXY: `http://u:hush@${address}` }, certsDirs: [] });
    await expect(get(fetch, 'https://forbidden.test/v2/')).rejects.toThrow(
      `the proxy ${address} answered 407 to CONNECT forbidden.test:443`,
    );
  });
});
