import { rm } from 'node:fs/promises';
import { EngineError } from './errors.mjs';
import { run } from './exec.mjs';
import { probe, untilAnswers } from './wait.mjs';

/** A registry as a container of the engine that answers on this machine. */

const IMAGE = 'registry:2';
const INSIDE = '/ndc';

/** On every container that a home starts, so that `down` finds them. */
export const label = (at) => `ndc-engine=${at.id}`;
const container = (at, name) => `ndc-${at.id}-registry-${name}`;

export async function isUp({ registry, options }) {
  const status = await probe({ host: '127.0.0.1', port: registry.port, path: '/v2/', tls: options.tls });
  return status === 200 || status === 401;
}

/** Stop it; what it holds stays in its volume. */
export const halt = (at, name) =>
  run('docker', ['stop', '--time', '1', container(at, name)], { allowFailure: true });

export async function drop(at, name, dir) {
  await run('docker', ['rm', '--force', '--volumes', container(at, name)], { allowFailure: true });
  await rm(dir, { recursive: true, force: true });
}

export const place = async () => ({ address: '0.0.0.0', inside: INSIDE, storage: '/var/lib/registry' });

export async function start(at, name, { dir, port, tls }) {
  const self = container(at, name);
  const { code } = await run('docker', ['inspect', '--type', 'container', self], { allowFailure: true });
  if (code !== 0) {
    const publish = ['--publish', `127.0.0.1:${port}:${port}`];
    await run('docker', [
      'create',
      '--name',
      self,
      '--label',
      label(at),
      ...publish,
      IMAGE,
      'serve',
      `${INSIDE}/config.json`,
    ]);
  }
  // Copied, not mounted: the engine may be in a virtual machine that sees none of our files.
  await run('docker', ['cp', `${dir}/.`, `${self}:${INSIDE}`]);
  await run('docker', ['start', self]);
  const ask = { host: '127.0.0.1', port, path: '/v2/', tls };
  try {
    await untilAnswers(`registry ${name}`, { request: ask, timeoutMs: 10_000 });
  } catch (cause) {
    const { stdout, stderr } = await run('docker', ['logs', '--tail', '10', self], { allowFailure: true });
    throw new EngineError(
      'ENGINE_NO_ANSWER',
      `Expected ${IMAGE} to answer on port ${port}; it did not.\n${stdout}${stderr}`,
      { cause },
    );
  }
  return { facts: {} };
}
