import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedLines } from '../../../test/fakes/recorded';
import type { BuildEvent } from '../../model/events';
import { DockerEngine } from './docker-engine';

/** A buildx that says what it was called with, and plays a recorded stream. */
const BUILDX = `#!/usr/bin/env node
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync(process.env.CALLS, JSON.stringify(args) + '\\n');
if (args[0] === 'version') console.log('github.com/docker/buildx v0.29.1 abc');
else if (args[0] === 'ls' && process.env.LS_ERROR) {
  console.error(process.env.LS_ERROR);
  process.exitCode = 1;
} else if (args[0] === 'ls') console.log(readFileSync(process.env.BUILDERS, 'utf8'));
else {
  const at = args.indexOf('--metadata-file') + 1;
  if (process.env.DIGEST) writeFileSync(args[at], JSON.stringify({ 'containerimage.digest': process.env.DIGEST }));
  process.stderr.write(readFileSync(process.env.STREAM, 'utf8'));
  if (process.env.HANG) setInterval(() => {}, 1000);
  else process.exitCode = Number(process.env.EXIT ?? 0);
}
`;

describe('DockerEngine', () => {
  let folder: string;
  let server: Server;
  let before: NodeJS.ProcessEnv;
  let info: unknown;

  const calls = (): string[][] =>
    existsSync(join(folder, 'calls'))
      ? readFileSync(join(folder, 'calls'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as string[])
      : [];
  const env = (more: Record<string, string> = {}): Record<string, string> => ({
    DOCKER_CONFIG: folder,
    DOCKER_HOST: `unix://${join(folder, 'docker.sock')}`,
    ...more,
  });
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  beforeEach(async () => {
    before = { ...process.env };
    folder = mkdtempSync(join(tmpdir(), 'docker-engine-'));
    mkdirSync(join(folder, 'cli-plugins'));
    mkdirSync(join(folder, 'temporary'));
    write('cli-plugins/docker-buildx', BUILDX);
    chmodSync(join(folder, 'cli-plugins/docker-buildx'), 0o755);
    info = { ServerVersion: '28.5.2', DriverStatus: [['driver-type', 'io.containerd.snapshotter.v1']] };
    server = createServer(({ url }, response) => {
      if (url === '/info') response.end(JSON.stringify(info));
      else if (url === '/images/host:5000/a/b:dev/json') response.end('{"Id":"sha256:1"}');
      else response.writeHead(404).end('{"message":"No such image"}');
    });
    await new Promise<void>((resolve) => server.listen(join(folder, 'docker.sock'), resolve));
    Object.assign(process.env, {
      CALLS: join(folder, 'calls'),
      STREAM: write('stream', recordedLines('cold').join('\n')),
      BUILDERS: write(
        'builders',
        '{"Name":"default","Driver":"docker"}\n{"Name":"other","Driver":"remote","Current":true}\n',
      ),
      TMPDIR: join(folder, 'temporary'),
    });
  });

  afterEach(async () => {
    process.env = before;
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true, force: true });
  });

  const build = (
    signal = new AbortController().signal,
    argv = ['buildx', 'build', '--file', 'Dockerfile', 'context'],
  ) => {
    const events: BuildEvent[] = [];
    const text: string[] = [];
    const ended = new DockerEngine(env()).build({
      argv,
      cwd: folder,
      signal,
      ignore: { file: undefined, added: [] },
      onEvent: (event) => events.push(event),
      onText: (line) => text.push(line),
    });
    return { events, text, ended };
  };

  it('asks the engine over its socket, and no builder where none was ever made', async () => {
    expect(await new DockerEngine(env()).facts(undefined)).toMatchObject({
      server: '28.5.2',
      driver: 'docker',
    });
    expect(calls()).toEqual([]);
  });

  it('asks the client about an engine elsewhere, and what it says where that does not answer', async () => {
    write('docker', '#!/bin/sh\necho "$INFO"\n[ -z "$WHY" ] || { echo "$WHY" >&2; exit 1; }\n');
    chmodSync(join(folder, 'docker'), 0o755);
    const ClientInfo = { Plugins: [{ Name: 'buildx' }] };
    const elsewhere = env({ DOCKER_HOST: '', DOCKER_CONTEXT: 'far' });
    process.env['PATH'] = `${folder}:${process.env['PATH']}`;
    process.env['INFO'] = JSON.stringify({ ServerVersion: '28.5.2', ClientInfo });
    expect(await new DockerEngine(elsewhere).facts(undefined)).toMatchObject({
      builder: 'far',
      server: '28.5.2',
    });
    process.env['INFO'] = JSON.stringify({ ServerVersion: '', ClientInfo });
    process.env['WHY'] = 'Cannot connect to far';
    await expect(new DockerEngine(elsewhere).facts(undefined)).rejects.toMatchObject({
      code: 'NO_DAEMON',
      found: 'Cannot connect to far',
    });
  });

  it('asks for builders where one is named or was made', async () => {
    expect(await new DockerEngine(env()).facts('other')).toMatchObject({
      builder: 'other',
      driver: 'remote',
    });
    mkdirSync(join(folder, 'buildx/instances/x'), { recursive: true });
    expect(await new DockerEngine(env()).facts(undefined)).toMatchObject({ builder: 'other' });
    expect(await new DockerEngine(env({ BUILDX_BUILDER: 'default' })).facts(undefined)).toMatchObject({
      driver: 'docker',
    });
    await expect(new DockerEngine(env()).facts('nobody')).rejects.toMatchObject({
      code: 'NO_BUILDER',
      expected: 'one of default, other',
    });
  });

  describe('says of a builder, without asking, whether it is one of this machine', () => {
    const made = (name: string, instance: object): void => {
      mkdirSync(join(folder, 'buildx/instances'), { recursive: true });
      write(`buildx/instances/${name}`, JSON.stringify(instance));
    };
    const here = { Endpoint: 'default', Platforms: null };
    const isHere = (more?: Record<string, string>, name?: string): Promise<boolean> =>
      new DockerEngine(env(more)).isHere(name);

    it.each<[string, boolean, object]>([
      ['in a container here', true, { Driver: 'docker-container', Nodes: [here] }],
      ['in a container elsewhere', false, { Driver: 'docker-container', Nodes: [{ Endpoint: 'ssh://far' }] }],
      [
        'of which one node is elsewhere',
        false,
        { Driver: 'docker-container', Nodes: [here, { Endpoint: 'far' }] },
      ],
      [
        'with platforms that somebody named',
        false,
        { Driver: 'docker-container', Nodes: [{ ...here, Platforms: [{}] }] },
      ],
      ['of another driver', false, { Driver: 'remote', Nodes: [{ Endpoint: 'unix:///far.sock' }] }],
      ['that cannot be read', false, { Nodes: 'x' }],
    ])('%s: %s', async (_, expected, instance) => {
      made('x', instance);
      expect(await isHere({}, 'x')).toBe(expected);
      // Where none is named it may be the one.
      expect(await isHere()).toBe(expected);
      expect(await isHere({ BUILDX_BUILDER: 'x' })).toBe(expected);
      expect(await isHere({ BUILDX_BUILDER: 'default' })).toBe(true);
    });

    it('the engine’s own', async () => {
      expect(await isHere()).toBe(true);
      expect(await isHere({ DOCKER_HOST: 'tcp://far:2375' })).toBe(false);
      expect(await isHere({ DOCKER_HOST: '', DOCKER_CONTEXT: 'far' })).toBe(false);
      expect(await isHere({}, 'far')).toBe(false);
      expect(calls()).toEqual([]);
    });
  });

  it('asks anew whether an engine that has answered still does', async () => {
    const engine = new DockerEngine(env());
    expect(await engine.facts(undefined)).toMatchObject({ loads: true });
    expect(await engine.check(undefined)).toBeUndefined();
    info = { ServerErrors: ['going down'] };
    expect(await engine.facts(undefined)).toMatchObject({ loads: true });
    expect(await engine.check(undefined)).toBe('no Docker engine answers (going down)');
  });

  it('takes a builder in a container for gone with its engine, and a remote one not', async () => {
    const engine = new DockerEngine(env());
    write('builders', '{"Name":"box","Driver":"docker-container"}\n{"Name":"far","Driver":"remote"}\n');
    await engine.facts('box');
    info = { ServerErrors: ['going down'] };
    expect(await engine.check('far')).toBeUndefined();
    const other = new DockerEngine(env());
    info = { ServerVersion: '28.5.2' };
    await other.facts('box');
    info = { ServerErrors: ['going down'] };
    expect(await other.check('box')).toBe('box went with the engine that it is a container of');
  });

  it('tells what a builder says that cannot be asked', async () => {
    const engine = new DockerEngine(env());
    const node = (more: object) => ({ Name: 'far', Driver: 'remote', Nodes: [{ Name: 'far0', ...more }] });
    write('builders', JSON.stringify(node({ Status: 'stopped' })));
    expect(await engine.check('far')).toBe('far is stopped');
    write('builders', JSON.stringify(node({ Status: 'error', Err: 'no configuration' })));
    expect(await engine.check('far')).toBe('far said no configuration');
    write('builders', JSON.stringify(node({ Status: 'running' })));
    expect(await engine.check('far')).toBeUndefined();
  });

  it('believes buildx, where it is there, that something else is missing', async () => {
    process.env['LS_ERROR'] = 'ERROR: context "nobody" not found';
    await expect(new DockerEngine(env()).facts('other')).rejects.toMatchObject({
      code: 'NO_DAEMON',
      found: 'context "nobody" not found',
    });
  });

  it('refuses the classic builder before it asks anybody', async () => {
    await expect(new DockerEngine(env({ DOCKER_BUILDKIT: '0' })).facts(undefined)).rejects.toMatchObject({
      code: 'CLASSIC_BUILDER',
    });
  });

  it('knows the mirrors, and that there may be none', async () => {
    info = { ...(info as object), RegistryConfig: { Mirrors: ['http://mirror.test/'] } };
    expect(await new DockerEngine(env()).mirrors()).toEqual(['http://mirror.test/']);
    expect(await new DockerEngine(env({ DOCKER_HOST: `unix://${folder}/none.sock` })).mirrors()).toEqual([]);
  });

  it('knows the images of the engine', async () => {
    const engine = new DockerEngine(env());
    expect(await engine.imageId('host:5000/a/b:dev')).toBe('sha256:1');
    expect(await engine.imageId('host:5000/a/b:other')).toBeUndefined();
  });

  it('knows the version of buildx', async () => {
    expect(await new DockerEngine(env()).version()).toBe('0.29.1');
  });

  it('hands over events and the digest, and leaves nothing behind', async () => {
    process.env['DIGEST'] = 'sha256:abc';
    const { events, text, ended } = build();
    expect(await ended).toEqual({ exitCode: 0, canceled: false, digest: 'sha256:abc' });
    expect(events.length).toBeGreaterThan(20);
    expect(text).toEqual([]);
    expect(calls()[0]).toEqual(
      expect.arrayContaining(['build', '--file', 'Dockerfile', '--progress=rawjson', '--metadata-file']),
    );
    expect(calls()[0]?.at(-1)).toBe('context');
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  });

  it('keeps the credentials of a cache out of the arguments of a process', async () => {
    const entry = 'type=s3,bucket=b,access_key_id=me,secret_access_key=hushed';
    const argv = ['buildx', 'build', '--builder', 'b', '--cache-to', entry, 'context'];
    const { events, ended } = build(undefined, argv);
    expect(await ended).toMatchObject({ exitCode: 0 });
    expect(events.length).toBeGreaterThan(20);
    expect(calls()[0]).toEqual(expect.arrayContaining(['bake', '--builder', 'b', '--progress=rawjson']));
    expect(JSON.stringify(calls())).not.toMatch(/hushed/);
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  });

  it('gives a failure as a result, with the lines that are no events', async () => {
    Object.assign(process.env, {
      EXIT: '1',
      DIGEST: 'sha256:abc',
      STREAM: write('failed', recordedLines('failed-push').join('\n')),
    });
    const { text, ended } = build();
    expect(await ended).toEqual({ exitCode: 1, canceled: false, digest: undefined });
    expect(text).toEqual([expect.stringMatching(/^ERROR: failed to build/)]);
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  });

  it('ends the build when it is told to, and cleans up', async () => {
    process.env['HANG'] = '1';
    const controller = new AbortController();
    const { events, ended } = build(controller.signal);
    while (events.length < 20) await new Promise((resolve) => setTimeout(resolve, 20));
    controller.abort();
    expect(await ended).toMatchObject({ canceled: true, digest: undefined });
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  });
});
