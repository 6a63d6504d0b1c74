import { existsSync } from 'node:fs';
import { readFile, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { identify } from './process.mjs';

/** The folders of one cgroup: with cgroup v1 there is one in each hierarchy. */
async function roots(cgroup) {
  const base = '/sys/fs/cgroup';
  const hierarchies = await readdir(base, { withFileTypes: true }).catch(() => []);
  const below = hierarchies
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(base, name, cgroup));
  return [join(base, cgroup), ...below].filter(existsSync);
}

async function tree(dir) {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const below = await Promise.all(
    entries.filter((entry) => entry.isDirectory()).map(({ name }) => tree(join(dir, name))),
  );
  return [...below.flat(), dir];
}

/** Live processes in a cgroup and below: the containers of an agent, which carry no mark of ours. */
export async function processesIn(cgroup) {
  const dirs = (await Promise.all((await roots(cgroup)).map(tree))).flat();
  const lists = await Promise.all(
    dirs.map((dir) => readFile(join(dir, 'cgroup.procs'), 'utf8').catch(() => '')),
  );
  const pids = new Set(lists.join('\n').split('\n').filter(Boolean));
  return [...pids].map(identify).filter(Boolean);
}

/** Remove an empty cgroup and all below it. */
export async function removeCgroup(cgroup) {
  for (const root of await roots(cgroup)) {
    for (const dir of await tree(root)) await rmdir(dir).catch(() => {});
  }
}
