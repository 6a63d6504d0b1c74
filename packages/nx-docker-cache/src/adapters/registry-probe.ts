import type { ProbePort, ProbeResult } from '../ports/probe';
import { isRegistryFailure, type RegistryPort } from '../ports/registry';

/** A cache that needs longer than this to say whether it is there costs more than it saves. */
const DEADLINE_MS = 5_000;

/** Asks a registry for references, in words that the run understands. */
export class RegistryProbe implements ProbePort {
  readonly #registry: RegistryPort;

  constructor(registry: RegistryPort) {
    this.#registry = registry;
  }

  async probe(ref: string): Promise<ProbeResult> {
    const signal = AbortSignal.timeout(DEADLINE_MS);
    try {
      const head = await this.#registry.headManifest(ref, { signal, deadlineMs: DEADLINE_MS });
      return head === undefined ? { state: 'missing' } : { state: 'present', digest: head.digest };
    } catch (error) {
      if (signal.aborted) return { state: 'slow', message: `no answer within ${DEADLINE_MS / 1000} s` };
      const message = error instanceof Error ? error.message : String(error);
      return { state: isRegistryFailure(error) && error.reason === 'timeout' ? 'slow' : 'unknown', message };
    }
  }
}
