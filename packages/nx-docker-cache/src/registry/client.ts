import { within } from './within';
import { isLoopback } from './host';
import type { Wire } from './exchange';
import type { Call } from './retry';
import { Transport } from './transport';
import type {
  CallOptions,
  CredentialSource,
  Descriptor,
  Fetch,
  FetchedManifest,
  ManifestContent,
  ManifestHead,
} from './types';
import { access, type RepositoryAccess } from './verbs/access';
import { blobExists, DEFAULT_BLOB_BYTES, getBlob } from './verbs/blobs';
import { deleteManifest } from './verbs/delete-manifest';
import { getManifest } from './verbs/get-manifest';
import { headManifest } from './verbs/head-manifest';
import { mountBlob } from './verbs/mount-blob';
import { ping, type RegistryPing } from './verbs/ping';
import { promote, type Promotion } from './verbs/promote';
import { putManifest } from './verbs/put-manifest';
import { referrers } from './verbs/referrers';
import { tags, type TagsOptions } from './verbs/tags';
import { uploadBlob } from './verbs/upload-blob';

export interface RegistryClientOptions {
  readonly fetch: Fetch;
  /** Asked once a host, and only after the host asked for a login. Anonymous where left out. */
  readonly credentials?: CredentialSource;
  /** Milliseconds for one request, its body included. */
  readonly timeoutMs?: number;
  /** Milliseconds for one call of a verb, retries and waits included. */
  readonly deadlineMs?: number;
  /** Tries after the first one, for passing failures. */
  readonly retries?: number;
  /** Milliseconds: cap on what a registry's Retry-After may make a call wait. */
  readonly maxRetryAfterMs?: number;
  /** true for hosts besides loopback that may be spoken to without TLS. */
  readonly insecure?: (host: string) => boolean;
  readonly userAgent?: string;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly now?: () => number;
  readonly random?: () => number;
}

export function createRegistryClient(options: RegistryClientOptions): RegistryClient {
  return new RegistryClient(options);
}

/**
 * A client of the distribution API 1.1. References are text, as docker reads them. What it learns (schemes,
 * logins, tokens) lives as long as the client does. Every method throws RegistryError and nothing else.
 */
export class RegistryClient {
  readonly #transport: Transport;
  readonly #now: () => number;
  readonly #deadlineMs: number;

  constructor(options: RegistryClientOptions) {
    const { insecure = () => false, now = Date.now } = options;
    const wire: Wire = {
      fetch: identified(options.fetch, options.userAgent ?? 'nx-docker-cache'),
      timeoutMs: options.timeoutMs ?? 30_000,
      now,
    };
    this.#now = now;
    this.#deadlineMs = options.deadlineMs ?? 120_000;
    this.#transport = new Transport({
      wire,
      credentials: options.credentials ?? (() => Promise.resolve(undefined)),
      allowPlain: (host) => isLoopback(host) || insecure(host),
      retry: {
        retries: options.retries ?? 3,
        baseDelayMs: 250,
        maxDelayMs: 5_000,
        maxRetryAfterMs: options.maxRetryAfterMs ?? 30_000,
        sleep: options.sleep ?? sleep,
        now,
        random: options.random ?? Math.random,
      },
    });
  }

  headManifest(reference: string, options?: CallOptions): Promise<ManifestHead | undefined> {
    return this.#run(options, (call) => headManifest(this.#transport, reference, call));
  }

  getManifest(reference: string, options?: CallOptions): Promise<FetchedManifest> {
    return this.#run(options, (call) => getManifest(this.#transport, reference, call));
  }

  putManifest(reference: string, content: ManifestContent, options?: CallOptions): Promise<string> {
    return this.#run(options, (call) => putManifest(this.#transport, reference, content, call));
  }

  deleteManifest(reference: string, options?: CallOptions): Promise<boolean> {
    return this.#run(options, (call) => deleteManifest(this.#transport, reference, call));
  }

  promote(from: string, to: readonly string[], options?: CallOptions): Promise<Promotion> {
    return this.#run(options, (call) => promote(this.#transport, from, to, call));
  }

  /** The deadline counts for each page anew: how long the reader takes between them is not the registry's. */
  tags(repository: string, options: TagsOptions & CallOptions = {}): AsyncIterable<string> {
    return tags(this.#transport, repository, options, (page) => this.#run(options, page));
  }

  referrers(
    reference: string,
    { artifactType, ...options }: CallOptions & { readonly artifactType?: string } = {},
  ): Promise<readonly Descriptor[]> {
    return this.#run(options, (call) => referrers(this.#transport, reference, artifactType, call));
  }

  blobExists(reference: string, options?: CallOptions): Promise<boolean> {
    return this.#run(options, (call) => blobExists(this.#transport, reference, call));
  }

  getBlob(
    reference: string,
    { maxBytes = DEFAULT_BLOB_BYTES, ...options }: CallOptions & { readonly maxBytes?: number } = {},
  ): Promise<Uint8Array> {
    return this.#run(options, (call) => getBlob(this.#transport, reference, maxBytes, call));
  }

  uploadBlob(repository: string, bytes: Uint8Array, options?: CallOptions): Promise<string> {
    return this.#run(options, (call) => uploadBlob(this.#transport, repository, bytes, call));
  }

  mountBlob(reference: string, toRepository: string, options?: CallOptions): Promise<boolean> {
    return this.#run(options, (call) => mountBlob(this.#transport, reference, toRepository, call));
  }

  access(repository: string, options?: CallOptions): Promise<RepositoryAccess> {
    return this.#run(options, (call) => access(this.#transport, repository, call));
  }

  ping(host: string, options?: CallOptions): Promise<RegistryPing> {
    return this.#run(options, (call) => ping(this.#transport, host, call));
  }

  async #run<T>(options: CallOptions | undefined, verb: (call: Call) => Promise<T>): Promise<T> {
    const deadlineMs = options?.deadlineMs ?? this.#deadlineMs;
    const call: Call = { signal: options?.signal, deadlineAt: this.#now() + deadlineMs };
    return within(call, deadlineMs, () => verb(call));
  }
}

/** Compression would change the bytes that digests and sizes are about. */
function identified(fetch: Fetch, userAgent: string): Fetch {
  const common = { 'user-agent': userAgent, 'accept-encoding': 'identity' };
  return (url, init) => fetch(url, { ...init, headers: { ...common, ...init.headers } });
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
