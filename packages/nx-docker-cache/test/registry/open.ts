import { createFetch, type FetchOptions } from '../../src/adapters/fetch';
import { createRegistryClient, type RegistryClient, type RegistryClientOptions } from '../../src/registry';
import { startMemoryRegistry, type MemoryRegistry, type MemoryRegistryOptions } from './memory-registry';

export interface Opened extends AsyncDisposable {
  readonly memory: MemoryRegistry;
  readonly client: RegistryClient;
  /** `host/acme/api` */
  readonly repository: string;
  /** Milliseconds of the waits between tries; none is really waited. */
  readonly waits: number[];
}

/** A registry and a client of it that waits for nothing. */
export async function openRegistry(
  registry: MemoryRegistryOptions = {},
  client: Partial<RegistryClientOptions> = {},
  fetch: FetchOptions = {},
): Promise<Opened> {
  const memory = await startMemoryRegistry(registry);
  const waits: number[] = [];
  const options: RegistryClientOptions = {
    fetch: createFetch({ env: {}, ...fetch }),
    sleep: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    random: () => 1,
    ...client,
  };
  return {
    memory,
    client: createRegistryClient(options),
    repository: `${memory.host}/acme/api`,
    waits,
    [Symbol.asyncDispose]: () => memory.close(),
  };
}
