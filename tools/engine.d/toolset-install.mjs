import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { candidates, newestThatRuns, osRelease, privateApt } from './apt.mjs';
import { EngineError, unavailable } from './errors.mjs';
import { run } from './exec.mjs';
import { describe, NEWEST, toolEnv } from './toolset-paths.mjs';

/** Static enough to run from any suite: only glibc is asked for. */
const ENGINE = ['docker.io', 'docker-buildx', 'containerd'];
const ENGINE_EXTRAS = ['docker-cli', 'crane', 'oras', 'tini-static'];
/** Tied to libraries of the machine, so they come from the machine's own suite. */
const OWN = ['runc', 'libseccomp2', 'docker-registry', 'busybox-static', 'mmdebstrap', 'iptables'];
const OWN_LIBRARIES = [
  'libip4tc2',
  'libip6tc2',
  'libxtables12',
  'libmnl0',
  'libnetfilter-conntrack3',
  'libnfnetlink0',
  'libnftnl11',
];

/** Choose, download and extract one set. Nothing on the system changes. */
export async function install(at, key) {
  const { ID, VERSION_CODENAME: own } = await osRelease();
  const later = ID === 'debian' ? (key === NEWEST ? ['stable', 'testing'] : [key]) : [];
  const apt = await privateApt(join(at.apt, key), [...new Set([own, ...later])]);
  await apt.update().catch((cause) => {
    const hint =
      key === NEWEST
        ? undefined
        : `--suite takes a suite of the archive that apt reads here, such as stable; not every one has ${key}.`;
    throw new EngineError(
      'ENGINE_APT',
      `Expected the archive to have ${[own, ...later].join(', ')}. ${cause.message}`,
      { hint, cause },
    );
  });
  const offered = await candidates(apt, [...ENGINE, ...ENGINE_EXTRAS, ...OWN, ...OWN_LIBRARIES]);
  const glibc = process.report.getReport().header.glibcVersionRuntime;
  const chosen = {};
  const choose = (names, from, required) => {
    for (const name of names) {
      const pick = newestThatRuns(
        (offered[name] ?? []).filter(({ suite }) => from(suite)),
        glibc,
      );
      if (pick) chosen[name] = pick.version;
      else if (required) throw unavailable(`no ${name} for glibc ${glibc} in ${[own, ...later].join(', ')}`);
    }
  };
  choose(ENGINE, (suite) => key === NEWEST || suite === key, true);
  choose(ENGINE_EXTRAS, (suite) => key === NEWEST || suite === key, false);
  choose(OWN, (suite) => suite === own, true);
  choose(OWN_LIBRARIES, (suite) => suite === own, false);

  await mkdir(at.sets, { recursive: true });
  // Extract aside and rename: a set that is there is whole.
  const dir = await mkdtemp(join(at.sets, '.new-'));
  try {
    await apt.download(
      Object.entries(chosen).map(([name, version]) => `${name}=${version}`),
      dir,
    );
    const packages = (await readdir(dir)).filter((file) => file.endsWith('.deb'));
    await Promise.all(packages.map((file) => run('dpkg', ['-x', join(dir, file), dir])));
    await Promise.all(packages.map((file) => rm(join(dir, file))));
    await link(dir);
    // Debian's crane does not know its own version; the package does.
    const versions = { ...(await versionsOf(describe(dir, key, {}))), crane: chosen.crane ?? 'none' };
    const set = { packages: chosen, versions };
    await writeFile(join(dir, 'set.json'), JSON.stringify(set, null, 2));
    await rm(join(at.sets, key), { recursive: true, force: true });
    await rename(dir, join(at.sets, key));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
  await rm(join(at.apt, key), { recursive: true, force: true });
}

/** A folder with just the clients, for a caller's PATH: dockerd and runc stay out of it. */
async function link(dir) {
  await mkdir(join(dir, 'clients'));
  for (const name of ['docker', 'crane', 'oras']) {
    if (existsSync(join(dir, 'usr/bin', name)))
      await symlink(`../usr/bin/${name}`, join(dir, 'clients', name));
  }
  // The package leaves the plain name to Debian's alternatives: take the kind that this kernel answers to.
  const set = describe(dir);
  for (const kind of ['nft', 'legacy']) {
    const { code } = await run(`iptables-${kind}`, ['-t', 'nat', '-S'], {
      env: toolEnv(set),
      allowFailure: true,
    });
    if (code === 0) return symlink(`iptables-${kind}`, join(dir, 'usr/sbin/iptables'));
  }
  throw unavailable('a kernel without iptables NAT');
}

async function versionsOf(set) {
  const asks = {
    docker: ['dockerd', '--version'],
    buildx: [join(set.plugins ?? '', 'docker-buildx'), 'version'],
    containerd: ['containerd', '--version'],
    runc: ['runc', '--version'],
    registry: ['docker-registry', '--version'],
  };
  const answers = await Promise.all(
    Object.entries(asks).map(async ([name, [file, ...args]]) => {
      const { code, stdout } = await run(file, args, { env: toolEnv(set), allowFailure: true });
      if (code !== 0)
        throw new EngineError('ENGINE_BROKEN', `Expected ${name} to run; it exited with ${code}.`);
      return [name, /\d+\.\d+[\w.+~-]*/.exec(stdout)?.[0] ?? 'unknown'];
    }),
  );
  return Object.fromEntries(answers);
}
