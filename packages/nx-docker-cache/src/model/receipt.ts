/** The JSON that a build leaves behind; later steps read the digest from it. */
import type { InstructionInputs, KeyObstacle } from './content';
import type { BuildOutcome, CacheOutcome } from './outcome';
import type { TrustTier } from './plan';

/** The image of one platform of several. */
export interface PartReceipt {
  /** `os/arch[/variant]` */
  readonly platform: string;
  readonly status: 'built' | 'skipped';
  readonly digest: string | undefined;
  /** Content key of this platform, sha256 in hex. */
  readonly contentKey: string;
  readonly obstacles: readonly KeyObstacle[];
  readonly refs: readonly string[];
}

/** One stage that the run built, or proved unneeded. */
export interface StageReceipt {
  /** Name of the stage, its index where it has none. */
  readonly stage: string;
  readonly status: 'built' | 'skipped';
  readonly image: string;
  readonly digest: string | undefined;
  readonly imageId: string | undefined;
  /** Content key of this stage, sha256 in hex. */
  readonly contentKey: string;
  readonly obstacles: readonly KeyObstacle[];
  readonly refs: readonly string[];
  /** Its platforms, where there are several: the digest is that of their index. */
  readonly parts: readonly PartReceipt[];
}

export interface Receipt {
  readonly version: 1;
  readonly status: 'built' | 'skipped';
  /** Content key, sha256 in hex: what the build read. */
  readonly contentKey: string;
  /** Why the key proves nothing, so that this build can never be skipped; empty where it does. */
  readonly obstacles: readonly KeyObstacle[];
  /** What each instruction read. */
  readonly inputs: readonly InstructionInputs[];
  readonly project: string;
  readonly image: string;
  readonly digest: string | undefined;
  /** Id of the image in the engine, where it was loaded; not the digest on every engine. */
  readonly imageId: string | undefined;
  /** References that hold the digest, `image:tag`. */
  readonly refs: readonly string[];
  readonly pushed: boolean;
  readonly loaded: boolean;
  readonly target: string;
  /** The target itself first, then the stages that were built with it. */
  readonly stages: readonly StageReceipt[];
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
  /** From the start of the builder, or of the question whether a build is needed, to the end. */
  readonly seconds: number;
  /**
   * What the last build of this checkout cost: how long its own steps and exports ran, those of others beside it not
   * counted. undefined where there was none; a skip leaves it as it was.
   */
  readonly buildSeconds: number | undefined;
}
