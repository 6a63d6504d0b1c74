import { createFetch } from '../../src/adapters/fetch';
import { createRegistryClient, type Credential } from '../../src/registry';
import { describeRegistryContract, type ContractTarget } from './contract';
import { startMemoryRegistry, type MemoryRegistry, type MemoryRegistryOptions } from './memory-registry';

const LOGIN = { user: 'robot', password: 'pässword' };
const CREDENTIAL: Credential = { username: LOGIN.user, password: LOGIN.password };
const started: MemoryRegistry[] = [];

afterAll(() => Promise.all(started.map((registry) => registry.close())));

const target = async (options: MemoryRegistryOptions, credential?: Credential): Promise<ContractTarget> => {
  const memory = await startMemoryRegistry(options);
  started.push(memory);
  const credentials = (host: string): Promise<Credential | undefined> =>
    Promise.resolve(host === memory.host ? credential : undefined);
  const registry = createRegistryClient({ fetch: createFetch({ env: {} }), credentials });
  return { host: memory.host, registry, auth: options.auth?.kind ?? 'none', scheme: 'http' };
};

describeRegistryContract('in memory, open to all', () => target({}));
describeRegistryContract('in memory, three tags a page', () => target({ pageSize: 3 }));
describeRegistryContract('in memory, without headers and referrers', () =>
  target({ digestHeader: false, referrers: false }),
);
describeRegistryContract('in memory, passwords', () =>
  target({ auth: { kind: 'basic', ...LOGIN } }, CREDENTIAL),
);
describeRegistryContract('in memory, tokens', () =>
  target({ auth: { kind: 'bearer', ...LOGIN } }, CREDENTIAL),
);
describeRegistryContract('in memory, identity tokens', () =>
  target(
    { auth: { kind: 'bearer', ...LOGIN, identityToken: 'refresh-me' } },
    { identityToken: 'refresh-me' },
  ),
);
