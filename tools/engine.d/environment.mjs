import { delimiter } from 'node:path';

/**
 * What a shell needs to use the engine: the client first on PATH, its settings, the registry, and an agent if given.
 * @param {import('./toolset.mjs').Toolset} set
 * @param {string} registry
 * @param {string} dockerConfig
 * @param {import('./agent.mjs').Agent} [agent]
 * @returns {Record<string, string>}
 */
export function environment(set, registry, dockerConfig, agent, env = process.env) {
  const rest = (env.PATH ?? '').split(delimiter).filter((part) => part !== set.bin);
  return {
    PATH: [set.bin, ...rest].join(delimiter),
    DOCKER_CONFIG: dockerConfig,
    NDC_REGISTRY: registry,
    ...(agent ? { DOCKER_HOST: agent.dockerHost } : {}),
  };
}

/** Lines for `eval`. */
export function shellLines(variables) {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'`)
    .join('\n');
}
