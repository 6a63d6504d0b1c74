/**
 * The contract against registries that run already, named by the environment:
 *   NDC_REGISTRY           host:port, open to all
 *   NDC_REGISTRY_HTPASSWD  JSON {host, user, password}
 *   NDC_REGISTRY_TLS       JSON {host, caCert}; caCert is a path
 * `tools/engine registry` starts them. One that is absent is a visible skip on a laptop and a failure in CI.
 */
import { z } from 'zod';
import { createFetch } from '../../src/adapters/fetch';
import { createRegistryClient } from '../../src/registry';
import { describeRegistryContract, type ContractTarget } from './contract';

const htpasswdSchema = z.object({ host: z.string(), user: z.string(), password: z.string() });
const tlsSchema = z.object({ host: z.string(), caCert: z.string() });
const isCi = process.env.CI === 'true';

real('NDC_REGISTRY', 'open to all', (host) => ({
  host,
  registry: createRegistryClient({ fetch: createFetch({ env: {} }) }),
  auth: 'none',
  scheme: 'http',
}));

real('NDC_REGISTRY_HTPASSWD', 'passwords', (value) => {
  const { host, user, password } = htpasswdSchema.parse(JSON.parse(value));
  const credentials = (asked: string): Promise<{ username: string; password: string } | undefined> =>
    Promise.resolve(asked === host ? { username: user, password } : undefined);
  return {
    host,
    registry: createRegistryClient({ fetch: createFetch({ env: {} }), credentials }),
    auth: 'basic',
    scheme: 'http',
  };
});

real('NDC_REGISTRY_TLS', 'TLS with its own CA', (value) => {
  const { host, caCert } = tlsSchema.parse(JSON.parse(value));
  return {
    host,
    registry: createRegistryClient({ fetch: createFetch({ env: {}, caFile: caCert }) }),
    auth: 'none',
    scheme: 'https',
  };
});

function real(variable: string, name: string, connect: (value: string) => ContractTarget): void {
  const value = process.env[variable];
  if (value !== undefined && value !== '') {
    const start = async (): Promise<ContractTarget> => connect(value);
    describeRegistryContract(`${variable}, ${name}`, start);
    return;
  }
  describe(`registry contract: ${variable}, ${name}`, () => {
    // A check that silently does not run looks like one that passes.
    (isCi ? it : it.skip)(`needs ${variable}`, () => {
      throw new Error(
        `Expected ${variable} to name a running registry; start one with: tools/engine registry <name>`,
      );
    });
  });
}
