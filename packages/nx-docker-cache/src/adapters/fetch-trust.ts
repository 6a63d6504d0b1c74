import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import tls, { type SecureContext } from 'node:tls';
import { DockerCacheError } from '../errors';

export interface TrustOptions {
  /** Folders with a folder a host, as docker keeps them; `/etc/docker/certs.d` and its rootless kin where left out. */
  readonly certsDirs?: readonly string[];
  /** File of CA certificates (PEM) that every host may be signed by. */
  readonly caFile?: string;
  /** true for hosts whose certificate is not to be checked. */
  readonly insecure?: (host: string) => boolean;
}

export interface Trust {
  /** Made once, because node reads every root anew for each connection without it. */
  readonly secureContext?: SecureContext;
  readonly rejectUnauthorized?: boolean;
}

/**
 * How to trust a host, read as the engine does (docs.docker.com, "Verify repository client with certificates"):
 * `<host>/*.crt` are CAs, `<host>/X.cert` with `X.key` is our own certificate. Empty for node's defaults.
 * @param host with its port, as in references
 * @throws DockerCacheError INVALID_CONFIG for a CA file that was named and cannot be read
 */
export async function trustFor(host: string, options: TrustOptions): Promise<Trust> {
  const { certsDirs = defaultDirs(), caFile, insecure } = options;
  const found = (await Promise.all(certsDirs.map((dir) => readHostFolder(join(dir, host))))).find(Boolean);
  const named = caFile === undefined ? [] : [await readCaFile(caFile)];
  const own = [...named, ...(found?.ca ?? [])];
  // `ca` takes the place of node's roots, so they are named beside.
  const context = { ...found?.pair, ...(own.length > 0 ? { ca: [...(await defaultRoots()), ...own] } : {}) };
  return {
    ...(Object.keys(context).length > 0 ? { secureContext: makeContext(host, context) } : {}),
    ...(insecure?.(host) === true ? { rejectUnauthorized: false } : {}),
  };
}

function makeContext(host: string, context: tls.SecureContextOptions): SecureContext {
  try {
    return tls.createSecureContext(context);
  } catch (cause) {
    throw new DockerCacheError({
      code: 'INVALID_CONFIG',
      message: `The certificates for ${host} cannot be used: ${(cause as Error).message}.`,
      expected: 'certificates and an unencrypted key, in PEM',
      cause,
    });
  }
}

function defaultDirs(): readonly string[] {
  return ['/etc/docker/certs.d', join(homedir(), '.config', 'docker', 'certs.d')];
}

interface HostFolder {
  readonly ca: readonly string[];
  readonly pair: { readonly cert: string; readonly key: string } | undefined;
}

/** Undefined where there is no such folder, or none that may be read. */
async function readHostFolder(folder: string): Promise<HostFolder | undefined> {
  const names = await readdir(folder).catch(() => undefined);
  if (names === undefined) return undefined;
  const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');
  const ca = await Promise.all(names.filter((name) => name.endsWith('.crt')).map(read));
  const own = names.map((name) => name.replace(/\.cert$/, '')).find((base) => isPair(names, base));
  if (own === undefined) return { ca, pair: undefined };
  return { ca, pair: { cert: await read(`${own}.cert`), key: await read(`${own}.key`) } };
}

function isPair(names: readonly string[], base: string): boolean {
  return names.includes(`${base}.cert`) && names.includes(`${base}.key`);
}

async function readCaFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new DockerCacheError({
      code: 'INVALID_CONFIG',
      message: `The CA file ${path} cannot be read.`,
      expected: 'a readable file of PEM certificates',
      cause,
    });
  }
}

/** What node trusts without us: newer versions can say it, older ones keep NODE_EXTRA_CA_CERTS to themselves. */
async function defaultRoots(): Promise<readonly string[]> {
  const ask = (tls as { getCACertificates?: (type: 'default') => string[] }).getCACertificates;
  if (ask !== undefined) return ask('default');
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const text = extra ? await readFile(extra, 'utf8').catch(() => '') : '';
  return text === '' ? tls.rootCertificates : [...tls.rootCertificates, text];
}
