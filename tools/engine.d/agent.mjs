import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { processesIn, removeCgroup } from './cgroups.mjs';
import { daemonConfig } from './daemon-config.mjs';
import { EngineError } from './errors.mjs';
import { withLock } from './lock.mjs';
import { memoryFolder, removeTree } from './mounts.mjs';
import { createBridge, removeBridges } from './net.mjs';
import { findMarked, isAlive, killAll, startDaemon } from './process.mjs';
import { checkName, mergeOptions, readRecord, writeRecord } from './record.mjs';
import { NEWEST, toolEnv, toolset } from './toolset.mjs';
import { untilAnswers } from './wait.mjs';

/**
 * A machine with an engine of its own and nothing cached.
 * @typedef {object} Agent
 * @property {string} name
 * @property {string} dockerHost  `unix://…`
 * @property {number} pid  of dockerd
 * @property {string} dataRoot
 * @property {string} dockerConfig  client settings of this agent: logins and builders are its own
 * @property {string} suite
 * @property {boolean} containerdStore
 * @property {string} log
 * @property {string} cgroup  of its containers; what names another one outlives the agent
 */

/**
 * @typedef {object} AgentOptions
 * @property {boolean} [fresh]  stop and wipe it first; else one that runs is returned, if it is as asked
 * @property {string} [suite]  Debian suite that its engine comes from; by default the newest that runs here
 * @property {boolean} [containerdStore]  false for the older graph driver store, which cannot export to every cache
 */

const DEFAULTS = { suite: NEWEST, containerdStore: true };

/**
 * @param {import('./paths.mjs').Layout} at
 * @param {string} mirror  host of the registry that has the base images
 * @param {AgentOptions} [options]
 * @returns {Promise<Agent>}
 */
export async function startAgent(at, mirror, name, { fresh = false, ...given } = {}) {
  checkName(name);
  return withLock(at.locks, `agent-${name}`, async () => {
    const dir = join(at.agents, name);
    const record = await readRecord(join(dir, 'agent.json'));
    if (!fresh && isAlive(record?.process)) {
      const asked = mergeOptions(record.options, { ...given, mirror });
      if (isDeepStrictEqual(asked, record.options)) return record.agent;
      const [found, expected] = [record.options, asked].map((value) => JSON.stringify(value));
      throw new EngineError(
        'ENGINE_AGENT_DIFFERS',
        `Expected agent ${name} with ${expected}; it runs with ${found}.`,
        {
          hint: `Replace it with \`tools/engine agent ${name} --fresh\`, or choose another name.`,
        },
      );
    }
    const options = mergeOptions(DEFAULTS, given, { mirror });
    const set = await toolset(at, options.suite);
    await wipe(at, name);
    return start(at, set, dir, name, options);
  });
}

async function start(at, set, dir, name, options) {
  const owner = ownerOf(at, name);
  await mkdir(join(dir, 'client'), { recursive: true });
  const [dataRoot, bridge] = await Promise.all([memoryFolder(join(dir, 'data')), createBridge(set, owner)]);
  const [config, log, dockerConfig] = ['daemon.json', 'docker.log', 'client'].map((file) => join(dir, file));
  await writeFile(
    config,
    JSON.stringify(
      daemonConfig({
        dir,
        dataRoot,
        bridge,
        mirror: `http://${options.mirror}`,
        cgroup: cgroupOf(at, name),
        containerdStore: options.containerdStore,
      }),
    ),
  );
  await writeClientConfig(dockerConfig, set);
  const process = startDaemon('dockerd', ['--config-file', config], { env: toolEnv(set), log, mark: owner });
  await untilAnswers(`agent ${name}`, {
    request: { socketPath: join(dir, 'docker.sock'), path: '/_ping' },
    process,
    log,
  });
  const agent = {
    name,
    dockerHost: `unix://${join(dir, 'docker.sock')}`,
    pid: process.pid,
    dataRoot,
    dockerConfig,
    suite: options.suite,
    containerdStore: options.containerdStore,
    log,
    cgroup: cgroupOf(at, name),
  };
  await writeRecord(join(dir, 'agent.json'), { agent, options, process });
  return agent;
}

/** The docker client finds buildx through its settings, so that a copy of the file is enough anywhere. */
export async function writeClientConfig(dir, set) {
  await mkdir(dir, { recursive: true });
  await writeFile(
    join(dir, 'config.json'),
    `${JSON.stringify({ cliPluginsExtraDirs: [set.plugins] }, null, 2)}\n`,
  );
}

/** Stop an agent and leave nothing of it. */
export async function stopAgent(at, name) {
  checkName(name);
  await withLock(at.locks, `agent-${name}`, async () => {
    await wipe(at, name);
    await removeBridges(await toolset(at), ownerOf(at, name));
  });
}

/** Its network stays: the next daemon takes it over. Nothing on it is worth a slow, orderly stop. */
async function wipe(at, name) {
  await killAll(() => findMarked(ownerOf(at, name)));
  const cgroup = cgroupOf(at, name);
  for (let left = await processesIn(cgroup); left.length > 0; left = await processesIn(cgroup))
    await killAll(() => left);
  await removeTree(join(at.agents, name));
  await removeCgroup(cgroup);
}

/** @returns {Promise<Agent | undefined>} the agent if it runs */
export async function findAgent(at, name) {
  const record = await readRecord(join(at.agents, name, 'agent.json'));
  return isAlive(record?.process) ? record.agent : undefined;
}

const ownerOf = (at, name) => `ndc-${at.id}/agent/${name}`;
const cgroupOf = (at, name) => `/ndc-${at.id}-${name}`;
