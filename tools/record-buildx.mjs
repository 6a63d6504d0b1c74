#!/usr/bin/env node
/**
 * Records `docker buildx build --progress=rawjson` on real agents, for specs that need no engine:
 * packages/nx-docker-cache/test/recorded/<name>.jsonl, stderr as it came, with one made-up registry host;
 * and what `docker buildx ls` says of builders of all kinds (builders.jsonl).
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as engine from './engine.d/index.mjs';
import { root } from './lib/paths.mjs';

const OUTPUT = join(root, 'packages/nx-docker-cache/test/recorded');
const HOST = 'registry.test:5000';
const AGENT = 'record';
const LESSER = 'record-lesser';

const DOCKERFILE = `FROM busybox AS builder
WORKDIR /app
COPY deps.txt .
RUN sort deps.txt > installed.txt && echo installed && sleep 0.2
COPY src src
RUN cat installed.txt src/* > built.txt && echo built && sleep 0.2

FROM busybox
COPY --from=builder /app/built.txt /built.txt
`;
const FAILING = `FROM busybox AS builder
COPY deps.txt .
RUN echo before; echo oops >&2; exit 3
`;

/** A cluster that nobody answers for: making a builder asks it nothing. */
const KUBECONFIG = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
  contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'ci' } }],
  users: [{ name: 'u', user: {} }],
  'current-context': 'c',
});

const folder = mkdtempSync(join(tmpdir(), 'record-'));
const write = (path, text) => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

async function fresh() {
  await engine.agent(AGENT, { fresh: true });
  return engine.env(AGENT);
}

function build(env, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'docker',
      ['buildx', 'build', '--progress=rawjson', '--provenance=false', ...args, '.'],
      { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, text }));
  });
}

/** Builds on an agent and keeps the stream. `ends` is the exit code that the recording is about. */
async function record(name, env, args, { ends = 0, hosts }) {
  const { code, text } = await build(env, args);
  if (code !== ends) throw new Error(`${name}: expected exit code ${ends}; found ${code}\n${text}`);
  const clean = hosts.reduce((all, host) => all.replaceAll(host, HOST), text).replaceAll(folder, '/context');
  writeFileSync(join(OUTPUT, `${name}.jsonl`), clean);
  console.log(`${name}.jsonl: ${clean.split('\n').length - 1} lines`);
}

async function main() {
  const { host } = await engine.registry('record', { fresh: true });
  const closed = await engine.registry('record-closed', { fresh: true, readonly: true });
  const hosts = [host, closed.host];
  const image = (registry) => `${registry}/acme/api`;
  const push = (registry = host) => [
    '--output',
    `type=image,name=${image(registry)}:1,push=true,store=false,unpack=false`,
  ];
  const from = ['--cache-from', `type=registry,ref=${image(host)}:cache-main`];
  const to = (registry = host) => [
    '--cache-to',
    `type=registry,ref=${image(registry)}:cache-main,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true`,
  ];
  const local = ['--cache-to', 'type=local,dest=cache,mode=max,ignore-error=true'];

  write('Dockerfile', DOCKERFILE);
  write('Dockerfile.failing', FAILING);
  write('.dockerignore', 'cache\n');
  write('deps.txt', 'b\na\n');
  write('src/main.txt', 'one\n');
  let env = await fresh();
  await record('cold', env, [...from, ...to(), ...push()], { hosts });
  await record('warm', env, [...from, ...to(), ...push()], { hosts });
  env = await fresh();
  await record('hit', env, [...from, ...to(), ...push()], { hosts });
  env = await fresh();
  await record('hit-loaded', env, [...from, '--output', `type=docker,name=${image(host)}:dev`], { hosts });
  write('src/main.txt', 'two\n');
  env = await fresh();
  await record('changed', env, [...from, ...to(), ...local, ...push()], { hosts });
  await record('failed-step', env, ['--file', 'Dockerfile.failing'], { ends: 1, hosts });
  await record('failed-push', env, [...push(closed.host)], { ends: 1, hosts });
  await record('refused-export', env, [...to(closed.host), ...local, ...push()], { hosts });
  await lose(host, 'acme/api', 'cache-main');
  env = await fresh();
  await record('lost-layer', env, [...from, '--output', `type=docker,name=${image(host)}:dev`], {
    ends: 1,
    hosts,
  });
  await spoil(host, 'acme/api', 'cache-main');
  env = await fresh();
  await record('garbage-cache', env, [...from, ...push()], { hosts });
  await recordBuilders();
}

/** Builders as a client lists them: engines by context, one of which is down, and builders that were never started. */
async function recordBuilders() {
  const env = await fresh();
  await engine.agent(LESSER, { fresh: true, containerdStore: false });
  const lesser = (await engine.env(LESSER)).DOCKER_HOST;
  write('kube.yaml', KUBECONFIG);
  const docker = (...args) =>
    execFileSync('docker', args, {
      env: { ...process.env, ...env, KUBECONFIG: join(folder, 'kube.yaml') },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  docker('context', 'create', 'lesser', '--docker', `host=${lesser}`);
  docker('context', 'create', 'gone', '--docker', 'host=tcp://127.0.0.1:9');
  docker('buildx', 'create', '--name', 'boxed', '--driver', 'docker-container');
  docker('buildx', 'create', '--name', 'far', '--driver', 'remote', 'tcp://127.0.0.1:9');
  docker('buildx', 'create', '--name', 'pool', '--driver', 'kubernetes', '--driver-opt', 'namespace=ci');
  const lines = docker('buildx', 'ls', '--format', '{{json .}}').trim().split('\n');
  // A builder is listed once for itself and once for each node.
  const text = `${[...new Set(lines)].join('\n')}\n`
    .replaceAll(env.DOCKER_HOST, 'unix:///var/run/docker.sock')
    .replaceAll(encodeURIComponent(folder), '')
    .replaceAll(/"[\w.]*hostname":"[^"]*",/g, '');
  writeFileSync(join(OUTPUT, 'builders.jsonl'), text);
  console.log(`builders.jsonl: ${text.split('\n').length - 1} lines`);
}

/** Deletes the layers of a cache and leaves its manifest. */
async function lose(host, repository, tag) {
  const base = `http://${host}/v2/${repository}`;
  const accept = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = await (await fetch(`${base}/manifests/${tag}`, { headers: { accept } })).json();
  for (const { digest } of manifest.layers) await fetch(`${base}/blobs/${digest}`, { method: 'DELETE' });
}

/** Puts a manifest that is no cache where one is expected. */
async function spoil(host, repository, tag) {
  const index = 'application/vnd.oci.image.index.v1+json';
  const body = JSON.stringify({ schemaVersion: 2, mediaType: index, manifests: [] });
  await fetch(`http://${host}/v2/${repository}/manifests/${tag}`, {
    method: 'PUT',
    headers: { 'content-type': index },
    body,
  });
}

try {
  mkdirSync(OUTPUT, { recursive: true });
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
  await engine.stopAgent(AGENT);
  await engine.stopAgent(LESSER);
  await engine.stopRegistry('record');
  await engine.stopRegistry('record-closed');
}
