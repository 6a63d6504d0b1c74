/**
 * What a registry says of a cache reference before the build.
 * slow: no answer in time · unknown: forbidden, unreachable or broken, the builder may still know better
 */
export type ProbeResult =
  | { readonly state: 'present' | 'missing' }
  | { readonly state: 'slow' | 'unknown'; readonly message: string };

export interface CacheProbePort {
  /** Never throws. @param ref `host/repository:tag` */
  probe(ref: string): Promise<ProbeResult>;
}
