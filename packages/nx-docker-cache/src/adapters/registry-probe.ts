import type { ProbePort, ProbeResult } from '../ports/probe';
import {
  isRegistryFailure,
  type RegistryCall,
  type RegistryFailure,
  type RegistryManifest,
  type RegistryPort,
} from '../ports/registry';

/** A cache that needs longer than this to say whether it is there costs more than it saves. */
const DEADLINE_MS = 5_000;
/** Media type of a cache's configuration, which older caches name beside the layers in an index. */
const CACHE_CONFIG = 'application/vnd.buildkit.cacheconfig.v0';

type Registry = Pick<RegistryPort, 'headManifest' | 'getManifest' | 'getBlob'>;

/** Asks a registry for references, in words that the run understands. */
export class RegistryProbe implements ProbePort {
  readonly #registry: Registry;
  /** Answers on their way are in here too: builds are planned at once. */
  readonly #once = new Map<string, Promise<ProbeResult>>();

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  probe(ref: string): Promise<ProbeResult> {
    return ask(async (call) => {
      const head = await this.#registry.headManifest(ref, call);
      return head === undefined ? { state: 'missing' } : { state: 'present', digest: head.digest };
    });
  }

  probeOnce(ref: string): Promise<ProbeResult> {
    const answer = this.#once.get(ref) ?? this.probe(ref);
    this.#once.set(ref, answer);
    return answer;
  }

  probeCache(ref: string): Promise<ProbeResult> {
    return ask(async (call) => {
      const repository = ref.replace(/:[^:/]+$/, '');
      let digest: string | undefined;
      try {
        // BuildKit asks both, one after the other, and hangs on either.
        const [head, manifest] = await Promise.all([
          this.#registry.headManifest(ref, call),
          this.#registry.getManifest(ref, call),
        ]);
        digest = head?.digest ?? manifest.digest;
        const config = configOf(manifest);
        if (config !== undefined) await this.#registry.getBlob(`${repository}@${config}`, call);
      } catch (error) {
        // Garbage, and a configuration that is gone, are BuildKit's to judge: that something came is what counts here.
        const isJudged = digest !== undefined || isReason(error, 'invalid-response', 'unsupported');
        if (!isJudged || isReason(error, 'timeout') || call.signal?.aborted === true) throw error;
      }
      return { state: 'present', digest };
    });
  }
}

async function ask(question: (call: RegistryCall) => Promise<ProbeResult>): Promise<ProbeResult> {
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    return await question({ signal, deadlineMs: DEADLINE_MS });
  } catch (error) {
    if (signal.aborted) return { state: 'slow', message: `no answer within ${DEADLINE_MS / 1000} s` };
    if (isReason(error, 'not-found')) return { state: 'missing' };
    const message = error instanceof Error ? error.message : String(error);
    return { state: isReason(error, 'timeout') ? 'slow' : 'unknown', message };
  }
}

function isReason(error: unknown, ...reasons: readonly RegistryFailure['reason'][]): boolean {
  return isRegistryFailure(error) && reasons.includes(error.reason);
}

function configOf({ manifest }: RegistryManifest): string | undefined {
  if (manifest.kind === 'image') return manifest.config.digest;
  return manifest.manifests.find(({ mediaType }) => mediaType === CACHE_CONFIG)?.digest;
}
