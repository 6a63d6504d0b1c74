import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withLock } from './lock.mjs';
import { memoryFolder, removeTree } from './mounts.mjs';
import { findMarked, isAlive, killAll, startDaemon } from './process.mjs';
import { checkName, mergeOptions, readRecord, writeRecord } from './record.mjs';
import { registryConfig } from './registry-config.mjs';
import { writeCertificates, writeHtpasswd } from './registry-secrets.mjs';
import { toolEnv } from './toolset.mjs';
import { freePort, untilAnswers } from './wait.mjs';

/**
 * @typedef {object} Registry
 * @property {string} name
 * @property {string} host  `127.0.0.1:port`, what image references begin with
 * @property {number} port
 * @property {number} pid
 * @property {string} storage  folder of the filesystem driver
 * @property {string} log  access log and errors
 * @property {boolean} readonly
 * @property {string} [caCert]  PEM of the authority, with TLS
 */

/**
 * @typedef {object} RegistryOptions
 * @property {boolean} [fresh]  stop it and drop what it holds and how it was set up; else what is not given stays as it is
 * @property {string} [htpasswd]  `user:password` that every request needs
 * @property {boolean} [tls]
 * @property {boolean} [readonly]  refuse writes; what it holds stays
 */

const DEFAULTS = { htpasswd: null, tls: false, readonly: false };

/**
 * A registry with these options; one that runs with others is started anew on its storage and port.
 * @param {import('./paths.mjs').Layout} at
 * @param {import('./toolset.mjs').Toolset} set
 * @param {RegistryOptions} [options]
 * @returns {Promise<Registry>}
 */
export async function startRegistry(at, set, name, { fresh = false, ...given } = {}) {
  checkName(name);
  return withLock(at.locks, `registry-${name}`, async () => {
    const dir = join(at.registries, name);
    const before = await readRecord(join(dir, 'registry.json'));
    const options = mergeOptions(DEFAULTS, fresh ? {} : before?.options, given);
    const { htpasswd, tls, readonly } = options;
    if (!fresh && isDeepStrictEqual(before?.options, options) && isAlive(before.process)) return before.registry;
    if (fresh || !before) await stopRegistry(at, name);
    else await killAll(() => findMarked(mark(at, name)));

    const storage = join(dir, 'storage');
    if (fresh || !before) await memoryFolder(storage);
    else await mkdir(storage, { recursive: true });
    const certificates = tls ? await writeCertificates(dir) : undefined;
    const users = htpasswd ? await writeHtpasswd(join(dir, 'htpasswd'), htpasswd) : undefined;
    const config = join(dir, 'config.json');
    const log = join(dir, 'registry.log');
    // Ports are shared by all registries of this home, so one at a time picks and binds.
    return withLock(at.locks, 'ports', async () => {
      const port = await freePort(before?.registry.port);
      await writeFile(config, JSON.stringify(registryConfig({ port, storage, htpasswd: users, tls: certificates, readonly })));
      const process = startDaemon('docker-registry', ['serve', config], { env: toolEnv(set), log, mark: mark(at, name) });
      await untilAnswers(`registry ${name}`, process, log, { host: '127.0.0.1', port, path: '/v2/', tls });
      const registry = { name, host: `127.0.0.1:${port}`, port, pid: process.pid, storage, log, readonly };
      if (certificates) registry.caCert = certificates.caCert;
      await writeRecord(join(dir, 'registry.json'), { registry, options, process });
      return registry;
    });
  });
}

/** Stop a registry and drop what it holds. */
export async function stopRegistry(at, name) {
  await killAll(() => findMarked(mark(at, name)));
  await removeTree(join(at.registries, name));
}

/** @returns {Promise<Registry | undefined>} the registry if it runs */
export async function findRegistry(at, name) {
  const record = await readRecord(join(at.registries, name, 'registry.json'));
  return isAlive(record?.process) ? record.registry : undefined;
}

const mark = (at, name) => `ndc-${at.id}/registry/${name}`;
