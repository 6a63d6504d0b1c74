/** The JSON that a build leaves behind; later steps read the digest from it. */
import type { BuildOutcome, CacheOutcome } from './outcome';
import type { TrustTier } from './plan';

export interface Receipt {
  readonly version: 1;
  readonly project: string;
  readonly image: string;
  readonly digest: string | undefined;
  /** References that hold the digest, `image:tag`. */
  readonly refs: readonly string[];
  readonly pushed: boolean;
  readonly loaded: boolean;
  readonly target: string;
  readonly platforms: readonly string[];
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly scope: string;
  readonly trust: TrustTier;
  readonly caches: readonly CacheOutcome[];
  readonly steps: { readonly executed: number; readonly fetched: number; readonly cached: number };
  readonly baseImages: BuildOutcome['baseImages'];
  /** ISO 8601, UTC. */
  readonly finished: string;
  readonly seconds: number;
}
