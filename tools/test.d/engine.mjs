/** The engine and registries that tests run against, through tools/engine. */
import { join } from 'node:path';
import { capture, run } from './exec.mjs';
import { root } from './paths.mjs';

const TOOL = join(root, 'tools', 'engine');
/** tools/engine's exit code for a machine that cannot have an engine. */
const UNAVAILABLE = 3;
const AUTH = { name: 'test-auth', user: 'tester', password: 'correct horse' };
const TLS = { name: 'test-tls' };

/** `up` starts it, `variables` are for tests, `stop` stops what was not there before. */
export function startEngine() {
  let wasUp;
  let started = false;
  const registries = [];
  const variables = {};
  return {
    variables,
    async up() {
      const before = await ask('status');
      wasUp = before.up !== undefined && before.up !== null;
      started = true;
      const { code, stdout } = await capture(TOOL, ['up', '--json']);
      if (code !== 0) return code === UNAVAILABLE ? 'unavailable' : 'failed';
      const up = JSON.parse(stdout);
      const known = new Set((before.registries ?? []).map(({ name }) => name));
      for (const { name } of [AUTH, TLS]) if (!known.has(name)) registries.push(name);
      const auth = await ask('registry', AUTH.name, '--htpasswd', `${AUTH.user}:${AUTH.password}`);
      const tls = await ask('registry', TLS.name, '--tls');
      Object.assign(variables, {
        NDC_REGISTRY: up.registry,
        NDC_REGISTRY_HTPASSWD: JSON.stringify({ host: auth.host, user: AUTH.user, password: AUTH.password }),
        NDC_REGISTRY_TLS: JSON.stringify({ host: tls.host, caCert: tls.caCert }),
      });
      console.log(
        Object.entries(up.versions ?? {})
          .map((pair) => pair.join(' '))
          .join(', '),
      );
      return 'up';
    },
    async stop() {
      if (!started) return;
      if (!wasUp) await run(TOOL, ['down']);
      else for (const name of registries) await capture(TOOL, ['registry', name, '--stop', '--json']);
    },
  };
}

async function ask(...args) {
  const { code, stdout } = await capture(TOOL, [...args, '--json']);
  if (code !== 0) throw new Error(`tools/engine ${args[0]} ended with ${code}`);
  return JSON.parse(stdout);
}
