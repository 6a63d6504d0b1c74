import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { archiveOf, machineSources, sourceLine } from './apt-sources.mjs';
import { unavailable } from './errors.mjs';
import { run } from './exec.mjs';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** What /etc/os-release says, as an object. */
export async function osRelease() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, key, value]) => [key, value]),
  );
}

/**
 * The archive of the machine's own release.
 * @returns {Promise<{codename: string, line: (suite: string) => string}>} `line` is what sources.list says for a suite
 */
export async function ownArchive() {
  const { VERSION_CODENAME: codename } = await osRelease();
  const archive = archiveOf(await machineSources(), codename);
  if (!archive)
    throw unavailable(
      `no apt source for ${codename ?? 'this release'}`,
      'Add the Debian archive to /etc/apt.',
    );
  const keyring = existsSync(KEYRING) ? KEYRING : undefined;
  return { codename, line: (suite) => sourceLine(archive, suite, keyring) };
}

/**
 * apt with lists, cache and status of its own: it reads the machine's mirror and changes nothing on the machine.
 * @param {string} dir
 * @param {string[]} suites
 */
export async function privateApt(dir, suites) {
  const { line } = await ownArchive();
  for (const part of ['lists/partial', 'cache/archives/partial'])
    await mkdir(join(dir, part), { recursive: true });
  await writeFile(join(dir, 'sources.list'), suites.map((suite) => `${line(suite)}\n`).join(''));
  await writeFile(join(dir, 'status'), '');
  const options = {
    'Dir::State::Lists': join(dir, 'lists'),
    'Dir::State::status': join(dir, 'status'),
    'Dir::Cache': join(dir, 'cache'),
    'Dir::Etc::SourceList': join(dir, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Acquire::Languages': 'none',
    // apt's download user may not enter root's home.
    'APT::Sandbox::User': 'root',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return {
    update: () => run('apt-get', [...flags, '-qq', 'update']),
    cache: async (...args) => (await run('apt-cache', [...flags, ...args])).stdout,
    download: (specs, cwd) => run('apt-get', [...flags, '-qq', 'download', ...specs], { cwd }),
  };
}

/**
 * Versions in the lists, newest first: `{ 'docker.io': [{version, suite, libc}] }`.
 * `libc` is the glibc that the package was linked against, undefined for none.
 */
export async function candidates(apt, packages) {
  const found = {};
  for (const line of (await apt.cache('madison', ...packages)).split('\n')) {
    const [name, version, origin] = line.split('|').map((part) => part.trim());
    if (!origin?.endsWith('Packages')) continue;
    (found[name] ??= []).push({ version, suite: / (\S+)\/\S+ \S+ Packages$/.exec(origin)?.[1] });
  }
  const names = Object.keys(found);
  if (names.length === 0) return found;
  for (const stanza of (await apt.cache('show', ...names)).split('\n\n')) {
    const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(stanza)?.[1];
    const libc = /\blibc6 \(>= ([\d.]+)/.exec(field('Depends') ?? '')?.[1];
    for (const entry of found[field('Package')] ?? [])
      if (entry.version === field('Version')) entry.libc = libc;
  }
  return found;
}

/** The newest version that this machine's glibc can run. */
export function newestThatRuns(versions = [], glibc) {
  return versions.find(({ libc }) => libc === undefined || compareDotted(libc, glibc) <= 0);
}

/** -1, 0 or 1 for versions made of dotted numbers. */
export function compareDotted(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
