/** What happened: results of steps, caches and publishing. */
import type { Warning } from './plan';

/** executed: ran here · fetched: its layer was pulled from a cache · cached: known, nothing moved. */
export type StepStatus = 'executed' | 'fetched' | 'cached' | 'failed' | 'canceled';

export interface StepOutcome {
  /** BuildKit's vertex digest. */
  readonly digest: string;
  /** For instance `[builder 3/6] RUN npm ci`. */
  readonly name: string;
  /** Stage in the name, undefined for steps that belong to none. */
  readonly stage: string | undefined;
  readonly status: StepStatus;
  readonly seconds: number;
  /** Bytes of layers pulled for this step. */
  readonly bytesFetched: number;
}

export interface CacheOutcome {
  readonly direction: 'from' | 'to';
  readonly ref: string;
  readonly scope: string | undefined;
  readonly reason: string;
  /** used: read · missing: not there yet · lost: broken, slow or forbidden · written · refused: not allowed by the trust tier. */
  readonly result: 'used' | 'missing' | 'lost' | 'written' | 'refused' | 'unused';
  readonly message: string | undefined;
}

export interface BuildOutcome {
  readonly ok: boolean;
  /** Manifest or index digest, `sha256:…`; undefined where nothing was made. */
  readonly digest: string | undefined;
  readonly steps: readonly StepOutcome[];
  readonly caches: readonly CacheOutcome[];
  readonly seconds: number;
  /** true where a first try died of a broken cache. */
  readonly retried: boolean;
  readonly warnings: readonly Warning[];
  readonly baseImages: readonly { readonly name: string; readonly digest: string }[];
  /** Steps that ONBUILD of a base put in, of a stage of the file or of an image; the only stage of a file is unnamed. */
  readonly triggers: readonly { readonly stage: string | undefined; readonly text: string }[];
}

/** What the registry says of the tags that were pushed. */
export interface PublishOutcome {
  readonly tags: readonly {
    /** `image:tag` */
    readonly ref: string;
    readonly verified: boolean;
    /** Why it is not verified. */
    readonly message: string | undefined;
  }[];
}

/** A build that was proven unneeded. */
export interface SkipOutcome {
  readonly digest: string;
  /** Where it was found: a key tag of the registry, or the receipt of the last build. */
  readonly from: string;
  /** Tags that point at the digest now. */
  readonly promoted: readonly string[];
}
