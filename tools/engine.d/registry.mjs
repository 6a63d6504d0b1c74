import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { withLock } from './lock.mjs';
import { checkName, mergeOptions, readRecord, writeRecord } from './record.mjs';
import { registryConfig } from './registry-config.mjs';
import * as container from './registry-container.mjs';
import * as program from './registry-program.mjs';
import { writeCertificates, writeHtpasswd } from './registry-secrets.mjs';
import { freePort } from './wait.mjs';

/**
 * @typedef {object} Registry
 * @property {string} name
 * @property {string} host  `127.0.0.1:port`, what image references begin with
 * @property {number} port
 * @property {boolean} readonly
 * @property {number} [pid]  of a registry that runs as a program
 * @property {string} [storage]  its folder, for the filesystem driver
 * @property {string} [log]  its access log and errors
 * @property {string} [caCert]  PEM of the authority, with TLS
 */

/**
 * @typedef {object} RegistryOptions
 * @property {boolean} [fresh]  stop it and drop what it holds and how it was set up; else what is not given stays as it is
 * @property {string} [htpasswd]  `user:password` that every request needs
 * @property {boolean} [tls]
 * @property {boolean} [readonly]  refuse writes; what it holds stays
 */

/** The two ways to run a registry; a record says which one it was. */
const WAYS = { program, container };
const DEFAULTS = { htpasswd: null, tls: false, readonly: false };

/**
 * A registry with these options; one that runs with others is started anew on its storage and port.
 * @param {import('./paths.mjs').Layout} at
 * @param {keyof typeof WAYS} kind
 * @param {string} name
 * @param {RegistryOptions} [options]
 * @returns {Promise<Registry>}
 */
export async function startRegistry(at, kind, name, { fresh = false, ...given } = {}) {
  checkName(name);
  return withLock(at.locks, `registry-${name}`, async () => {
    const dir = join(at.registries, name);
    const known = await readRecord(join(dir, 'registry.json'));
    if (fresh || known?.kind !== kind) await drop(at, name);
    // Its port outlives --fresh, so that references to it stay good.
    const before = known?.kind === kind ? known : undefined;
    const options = mergeOptions(DEFAULTS, fresh ? {} : before?.options, given);
    if (!fresh && isDeepStrictEqual(before?.options, options) && (await WAYS[kind].isUp(before)))
      return before.registry;

    await mkdir(dir, { recursive: true });
    // Ports are shared by all registries of this home, so one at a time picks and binds.
    return withLock(at.locks, 'ports', async () => {
      await WAYS[kind].halt(at, name);
      const port = await freePort(before?.registry.port);
      const certificates = options.tls ? await writeCertificates(dir) : undefined;
      if (options.htpasswd) await writeHtpasswd(join(dir, 'htpasswd'), options.htpasswd);
      const { address, inside, storage } = await WAYS[kind].place(dir);
      const config = registryConfig({ ...options, addr: `${address}:${port}`, storage, dir: inside });
      await writeFile(join(dir, 'config.json'), JSON.stringify(config));
      const more = await WAYS[kind].start(at, name, { dir, port, tls: options.tls });
      const registry = { name, host: `127.0.0.1:${port}`, port, readonly: options.readonly, ...more.facts };
      if (certificates) registry.caCert = certificates.caCert;
      await writeRecord(join(dir, 'registry.json'), { kind, registry, options, process: more.process });
      return registry;
    });
  });
}

/** Stop a registry and drop what it holds. */
export const stopRegistry = (at, name) => withLock(at.locks, `registry-${name}`, () => drop(at, name));

async function drop(at, name) {
  const { kind = 'program' } = (await readRecord(join(at.registries, name, 'registry.json'))) ?? {};
  await WAYS[kind].drop(at, name, join(at.registries, name));
}

/** @returns {Promise<Registry | undefined>} the registry if it runs */
export async function findRegistry(at, name) {
  const record = await readRecord(join(at.registries, name, 'registry.json'));
  return record && (await WAYS[record.kind].isUp(record)) ? record.registry : undefined;
}
