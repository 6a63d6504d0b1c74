import { join } from 'node:path';
import * as agents from './agent.mjs';
import { down as takeDown } from './down.mjs';
import { environment } from './environment.mjs';
import { EngineError } from './errors.mjs';
import { pushNodeImage } from './images.mjs';
import { layout } from './paths.mjs';
import { folders } from './record.mjs';
import * as registries from './registry.mjs';
import { toolset } from './toolset.mjs';
import { MAIN, running, up as bringUp } from './up.mjs';

export { EngineError } from './errors.mjs';

/** @param {import('./up.mjs').UpOptions} [options] */
export const up = (options) => bringUp(layout(), options);

/** @param {{purge?: boolean}} [options] */
export const down = (options) => takeDown(layout(), options);

/**
 * An agent, started when it does not run.
 * @param {string} name
 * @param {agents.AgentOptions} [options]
 */
export async function agent(name, options) {
  const at = layout();
  const { registry } = await bringUp(at);
  return agents.startAgent(at, registry, name, options);
}

/** @param {string} name */
export async function stopAgent(name) {
  await agents.stopAgent(layout(), name);
}

/**
 * A further registry, started when it does not run.
 * @param {string} name
 * @param {registries.RegistryOptions} [options]
 */
export async function registry(name, options) {
  notMain(name);
  const at = layout();
  const { mode } = await bringUp(at, { registryOnly: true });
  return registries.startRegistry(at, mode === 'host' ? 'container' : 'program', name, options);
}

/** @param {string} name */
export async function stopRegistry(name) {
  notMain(name);
  await registries.stopRegistry(layout(), name);
}

/**
 * Environment variables for a child process or a shell.
 * @param {string} [name]  of an agent that runs
 */
export async function env(name) {
  const at = layout();
  const { mode, registry } = await bringUp(at);
  if (name === undefined) {
    // The machine's own engine is reached with the machine's own client and settings.
    if (mode === 'host') return { NDC_REGISTRY: registry };
    const set = await toolset(at);
    const config = join(at.run, 'client');
    await agents.writeClientConfig(config, set);
    return environment(set, registry, config);
  }
  const found = await agents.findAgent(at, name);
  if (!found) {
    throw new EngineError('ENGINE_NO_AGENT', `Expected agent ${name} to run; it does not.`, {
      hint: `Run \`tools/engine agent ${name}\`.`,
    });
  }
  return environment(await toolset(at, found.suite), registry, found.dockerConfig, found);
}

/** `library/node` of another major version. */
export async function nodeImage(major = '20') {
  const at = layout();
  const { registry } = await bringUp(at);
  return pushNodeImage(at, await toolset(at), registry, major);
}

/** What runs now. */
export async function status() {
  const at = layout();
  const found = async (dir, find) =>
    (await Promise.all((await folders(dir)).map((name) => find(at, name)))).filter(Boolean);
  return {
    home: at.home,
    up: (await running(at)) ?? null,
    agents: await found(at.agents, agents.findAgent),
    registries: await found(at.registries, registries.findRegistry),
  };
}

function notMain(name) {
  if (name !== MAIN) return;
  throw new EngineError(
    'ENGINE_NAME',
    `Expected another name than ${MAIN}: that registry belongs to up and down.`,
    { exitCode: 2 },
  );
}
