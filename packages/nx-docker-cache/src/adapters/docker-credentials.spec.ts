import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential } from '../registry';
import { createDockerCredentials } from './docker-credentials';
import type { ExecResult } from './exec';

// Each test brings its own way to start programs.
jest.mock('./exec', () => ({}));

const HUB = 'https://index.docker.io/v1/';
const basic = (text: string): string => Buffer.from(text).toString('base64');
const ok: ExecResult = { exitCode: 0, stdout: '', stderr: '', notFound: false, timedOut: false };

describe('createDockerCredentials', () => {
  let folder: string;
  beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'credentials-'))));
  afterEach(() => rm(folder, { recursive: true }));

  /** What a host gets with this configuration; helpers answer with `result`. */
  async function ask(
    config: unknown,
    host: string,
    result: Partial<ExecResult> = {},
  ): Promise<{ credential: Credential | undefined; calls: unknown[] }> {
    const calls: unknown[] = [];
    await writeFile(
      join(folder, 'config.json'),
      typeof config === 'string' ? config : JSON.stringify(config),
    );
    const source = createDockerCredentials({
      env: { DOCKER_CONFIG: folder },
      run: (file, args, options) => {
        calls.push([file, args, options?.input]);
        return Promise.resolve({ ...ok, ...result });
      },
    });
    return { credential: await source(host), calls };
  }

  it.each<[string, string, string, Credential | undefined]>([
    ['the host itself', 'ghcr.io', 'ghcr.io', { username: 'u', password: 'p:w' }],
    ['a URL of the host', 'https://ghcr.io/v2/', 'ghcr.io', { username: 'u', password: 'p:w' }],
    ['another port', 'ghcr.io:443', 'ghcr.io', undefined],
    ['a host below', 'ghcr.io', 'evil.ghcr.io', undefined],
    ['a host that begins alike', 'ghcr.io', 'ghcr.io.evil.example', undefined],
    ['a host above', 'registry.ghcr.io', 'ghcr.io', undefined],
    ['Docker Hub’s old key', HUB, 'docker.io', { username: 'u', password: 'p:w' }],
    ['Docker Hub by name', 'docker.io', 'docker.io', { username: 'u', password: 'p:w' }],
    ['Docker Hub’s key for another host', HUB, 'ghcr.io', undefined],
  ])('reads auths: %s', async (_name, key, host, credential) => {
    await expect(ask({ auths: { [key]: { auth: basic('u:p:w') } } }, host)).resolves.toEqual({
      credential,
      calls: [],
    });
  });

  it.each<[string, object, Credential | undefined]>([
    ['a user and a password', { username: 'u', password: 'p' }, { username: 'u', password: 'p' }],
    [
      'an identity token beside an empty password',
      { auth: basic('0000:'), identitytoken: 't' },
      { username: '0000', identityToken: 't' },
    ],
    ['a registry token', { registrytoken: 't' }, { registryToken: 't' }],
    ['an entry that a store left empty', {}, undefined],
    ['fields of others', { auth: basic('u:p'), email: 'x' }, { username: 'u', password: 'p' }],
    [
      'the same twice',
      { auth: basic('u:p'), username: 'u', password: 'p' },
      { username: 'u', password: 'p' },
    ],
  ])('reads an entry: %s', async (_name, entry, credential) => {
    expect((await ask({ auths: { 'r.io': entry } }, 'r.io')).credential).toEqual(credential);
  });

  it('asks the helper of the host before the common store, and the store before the file', async () => {
    const config = {
      auths: { 'r.io': { auth: basic('file:p') }, 's.io': { auth: basic('file:p') } },
      credHelpers: { 'r.io': 'own' },
      credsStore: 'common',
    };
    const stdout = JSON.stringify({ ServerURL: 'x', Username: 'u', Secret: 's' });
    await expect(ask(config, 'r.io', { stdout })).resolves.toEqual({
      credential: { username: 'u', password: 's' },
      calls: [['docker-credential-own', ['get'], 'r.io']],
    });
    expect((await ask(config, 's.io', { stdout })).calls).toEqual([
      ['docker-credential-common', ['get'], 's.io'],
    ]);
    expect((await ask(config, 'docker.io', { stdout })).calls).toEqual([
      ['docker-credential-common', ['get'], HUB],
    ]);
  });

  it('takes a helper’s token for what it is', async () => {
    const stdout = JSON.stringify({ Username: '<token>', Secret: 't' });
    expect((await ask({ credsStore: 'x' }, 'r.io', { stdout })).credential).toEqual({ identityToken: 't' });
  });

  it('takes a helper that holds nothing for no login', async () => {
    const stdout = 'credentials not found in native keychain\n';
    expect((await ask({ credsStore: 'x' }, 'r.io', { exitCode: 1, stdout })).credential).toBeUndefined();
    expect((await ask({ credsStore: '' }, 'r.io')).calls).toEqual([]);
  });

  it.each<[string, Partial<ExecResult>, string]>([
    ['is missing', { exitCode: -1, notFound: true }, 'no such program'],
    ['hangs', { exitCode: -1, timedOut: true }, 'did not answer within 30 s'],
    ['fails', { exitCode: 2, stderr: 'hush', stdout: 'hush' }, 'exited with 2 for r.io'],
    ['says nothing useful', { stdout: 'hush' }, 'without Username and Secret'],
    ['leaves the secret out', { stdout: '{"Username":"hush"}' }, 'without Username and Secret'],
  ])('says so when a helper %s, without its output', async (_name, result, message) => {
    const error = await ask({ credsStore: 'x' }, 'r.io', result).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(message) });
    expect(JSON.stringify(error) + String(error)).not.toContain('hush');
  });

  it.each(['../../evil', 'a b', 'x/../../y'])('starts no program named by %s', async (credsStore) => {
    await expect(ask({ credsStore }, 'r.io')).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });

  it.each<[string, unknown, string]>([
    ['text', 'hush', 'it is no JSON object'],
    ['half of it', '{"auths": {"r.io": {"auth": "hush"', 'it is no JSON object'],
    ['a list', { auths: ['hush'] }, 'its field auths has the wrong type'],
    [
      'a number for a token',
      { auths: { 'r.io': { auth: 7 } } },
      'its field auths.r.io.auth has the wrong type',
    ],
    ['an auth without a user', { auths: { 'r.io': { auth: basic('hush') } } }, 'holds no user'],
    [
      'two users',
      { auths: { 'r.io': { auth: basic('u:hush'), username: 'v' } } },
      'two different values of username',
    ],
    [
      'two passwords',
      { auths: { 'r.io': { auth: basic('u:p'), password: 'hush' } } },
      'two different values of password',
    ],
  ])('refuses %s, and repeats none of it', async (_name, config, message) => {
    const error = await ask(config, 'r.io').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(message) });
    expect(JSON.stringify(error) + String(error)).not.toContain('hush');
  });

  it('has none without a configuration, and none in an empty one', async () => {
    const nowhere = createDockerCredentials({ env: { DOCKER_CONFIG: join(folder, 'nowhere') } });
    await expect(nowhere('r.io')).resolves.toBeUndefined();
    expect((await ask({}, 'r.io')).credential).toBeUndefined();
    expect((await ask({ auths: null, credHelpers: null }, 'r.io')).credential).toBeUndefined();
  });

  it('looks in the home where DOCKER_CONFIG is not set', async () => {
    await mkdir(join(folder, '.docker'));
    const config = { auths: { 'r.io': { auth: basic('u:p') } } };
    await writeFile(join(folder, '.docker', 'config.json'), JSON.stringify(config));
    const source = createDockerCredentials({ env: { DOCKER_CONFIG: '' }, home: folder });
    await expect(source('r.io')).resolves.toEqual({ username: 'u', password: 'p' });
  });

  it('talks to a real helper by its input', async () => {
    const helper = join(folder, 'docker-credential-real');
    const script = '#!/bin/sh\nread -r host\nprintf \'{"Username":"%s","Secret":"%s"}\' "$1" "$host"\n';
    await writeFile(helper, script);
    await chmod(helper, 0o755);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ credsStore: 'real' }));
    const source = createDockerCredentials({
      env: { DOCKER_CONFIG: folder },
      run: (file, args, options) => {
        const { status, stdout } = spawnSync(join(folder, file), [...args], {
          input: options?.input,
          encoding: 'utf8',
        });
        return Promise.resolve({ ...ok, exitCode: status ?? -1, stdout });
      },
    });
    await expect(source('r.io:5000')).resolves.toEqual({ username: 'get', password: 'r.io:5000' });
  });
});
