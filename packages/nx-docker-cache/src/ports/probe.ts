/**
 * What a registry says of a reference.
 * slow: no answer in time · unknown: forbidden, unreachable or broken; the builder may still know better
 */
export type ProbeResult =
  | { readonly state: 'present'; readonly digest: string | undefined }
  | { readonly state: 'missing' }
  | { readonly state: 'slow' | 'unknown'; readonly message: string };

export interface ProbePort {
  /** Never throws. @param ref `host/repository:tag` */
  probe(ref: string): Promise<ProbeResult>;
  /** The same for what no run is waiting for to change: asked once in a run, whoever wants to know. Never throws. */
  probeOnce(ref: string): Promise<ProbeResult>;
  /**
   * The same for a cache that BuildKit will read: its manifest and configuration have to come within the deadline,
   * for BuildKit sets none, and does nothing else for anybody while it waits. Never throws.
   */
  probeCache(ref: string): Promise<ProbeResult>;
}
