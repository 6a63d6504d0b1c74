import { existsSync } from 'node:fs';
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { EngineError } from './errors.mjs';
import { run } from './exec.mjs';
import { withLock } from './lock.mjs';
import { toolEnv } from './toolset.mjs';

/** One for the machine: two state folders must not take the same subnet. */
const MACHINE_LOCKS = '/run/ndc-locks';
const FORWARD = '/proc/sys/net/ipv4/ip_forward';
const FORWARD_BEFORE = `${MACHINE_LOCKS}/ip_forward`;

/**
 * A bridge and the way out for one daemon. Daemons that manage iptables themselves break each other's NAT,
 * so they are told to leave it alone and the rules are made here.
 * @param {import('./toolset.mjs').Toolset} set
 * @param {string} owner  written on the bridge and its rules, so that they are found again
 */
export async function createBridge(set, owner) {
  const existing = (await bridgesOf(owner))[0];
  if (existing) return existing;
  return withLock(MACHINE_LOCKS, 'net', async () => {
    // Forwarding is the machine's: remember what it was before the first bridge of any home.
    if ((await bridgesOf()).length === 0) await writeFile(FORWARD_BEFORE, await readFile(FORWARD));
    const number = await freeNumber();
    const name = `ndc${number}`;
    const ip = (line) => run('busybox', ['ip', ...line.split(' ')], { env: toolEnv(set) });
    await ip(`link add ${name} type bridge`);
    try {
      await ip(`addr add 172.30.${number}.1/24 dev ${name}`);
      await ip(`link set ${name} up`);
      const rules = [
        `-t nat -A POSTROUTING -s 172.30.${number}.0/24 ! -o ${name} -j MASQUERADE`,
        `-I FORWARD -i ${name} -j ACCEPT`,
        `-I FORWARD -o ${name} -j ACCEPT`,
      ];
      for (const rule of rules) await iptables(set, `${rule} -m comment --comment ${owner}`);
      await writeFile(FORWARD, '1');
      // Last: a bridge with an owner is whole.
      await writeFile(`/sys/class/net/${name}/ifalias`, owner);
    } catch (error) {
      await removeRules(set, owner);
      await ip(`link del ${name}`);
      throw error;
    }
    return name;
  });
}

/** Take away the bridges and rules of an owner, and of those below it (`a` also takes `a/b`). */
export async function removeBridges(set, owner) {
  await withLock(MACHINE_LOCKS, 'net', async () => {
    await removeRules(set, owner);
    for (const name of await bridgesOf(owner))
      await run('busybox', ['ip', 'link', 'del', name], { env: toolEnv(set) });
    if ((await bridgesOf()).length > 0) return;
    const before = await readFile(FORWARD_BEFORE, 'utf8').catch(() => undefined);
    if (before !== undefined) await writeFile(FORWARD, before);
    await rm(FORWARD_BEFORE, { force: true });
  });
}

async function removeRules(set, owner) {
  for (const table of ['nat', 'filter']) {
    const { stdout } = await iptables(set, `-t ${table} -S`);
    for (const line of stdout.split('\n')) {
      const comment = /--comment "?([^" ]+)"?/.exec(line)?.[1];
      if (!line.startsWith('-A ') || !isOwned(comment, owner)) continue;
      await iptables(set, `-t ${table} -D ${line.slice(3).replaceAll('"', '')}`);
    }
  }
}

/** Names of the bridges that an owner has; of all owners when none is given. */
export async function bridgesOf(owner) {
  const names = (await readdir('/sys/class/net').catch(() => [])).filter((name) => /^ndc\d+$/.test(name));
  const aliases = await Promise.all(
    names.map((name) => readFile(`/sys/class/net/${name}/ifalias`, 'utf8').catch(() => '')),
  );
  return names.filter((_, index) => owner === undefined || isOwned(aliases[index].trim(), owner));
}

const isOwned = (name, owner) => name === owner || name?.startsWith(`${owner}/`);

/** The first 172.30.N.0/24 that neither a bridge nor a route of the machine uses. */
async function freeNumber() {
  const routes = await readFile('/proc/net/route', 'utf8').catch(() => '');
  // Destinations are little-endian hex: 172.30.N.0 is 00NN1EAC, and 172.30.0.0/16 would be 00001EAC.
  const used = new Set([...routes.matchAll(/\t00([0-9A-F]{2})1EAC\t/g)].map(([, hex]) => parseInt(hex, 16)));
  for (let number = 1; number < 255; number++) {
    if (!used.has(number) && !existsSync(`/sys/class/net/ndc${number}`)) return number;
  }
  throw new EngineError('ENGINE_NO_SUBNET', 'Expected a free 172.30.N.0/24; all 254 are taken.', {
    hint: 'Run `tools/engine down`.',
  });
}

const iptables = (set, line) => run('iptables', ['-w', ...line.split(' ')], { env: toolEnv(set) });
