/** The plan: everything that will happen, as plain data that can be printed before it happens. */
import type { CacheKind, ProgressMode, SecretOption } from './options';
import type { PruneFacts, SentContext } from './prune';

export type TrustTier = 'trusted' | 'internal' | 'untrusted';

export interface PlannedStage {
  readonly index: number;
  readonly name: string | undefined;
  readonly base: string;
  /** true where the target needs this stage. */
  readonly reached: boolean;
}

export interface CacheSource {
  readonly kind: CacheKind | 'raw';
  /** Registry reference, folder (relative to the workspace root), or raw entry. */
  readonly ref: string;
  readonly scope: string | undefined;
  /** Why it is read, for instance `own branch`. */
  readonly reason: string;
  /** The `--cache-from` value. */
  readonly entry: string;
}

export interface CacheTarget extends CacheSource {
  /** The `--cache-to` value. */
  readonly entry: string;
}

export interface PlannedOutput {
  readonly load: boolean;
  readonly push: boolean;
  readonly reason: string;
}

export interface Warning {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface BuildPlan {
  readonly version: 1;
  readonly project: string;
  readonly projectRoot: string;
  readonly workspaceRoot: string;
  readonly dockerfile: string;
  readonly context: string;
  readonly contextReason: string;
  /** true where other files than the Dockerfile have decided it: compose, CI, other Dockerfiles. */
  readonly contextIndirect: boolean;
  /** Ignore rules that are added to those of `file`, in a copy: nothing in the workspace changes. */
  readonly ignore: { readonly file: string | undefined; readonly added: readonly string[] };
  readonly prune: PlannedPrune;
  readonly stages: readonly PlannedStage[];
  /** Name or index of the stage that is built. */
  readonly target: string;
  /** Image name without tag. */
  readonly image: string;
  /** Full references, `image:tag`. */
  readonly tags: readonly string[];
  /** References that the engine gets where the image is loaded. */
  readonly loadTags: readonly string[];
  readonly scope: { readonly name: string; readonly reason: string };
  readonly trust: { readonly tier: TrustTier; readonly reason: string };
  readonly variant: string | undefined;
  readonly cache: {
    readonly kind: CacheKind;
    readonly reason: string;
    readonly from: readonly CacheSource[];
    readonly to: readonly CacheTarget[];
    /** Tag to leave where the registry refuses the cache's manifest, so that later builds keep the cache in the image. */
    readonly refusal: string | undefined;
  };
  readonly output: PlannedOutput;
  readonly skip: SkipPlan;
  readonly commit: string | undefined;
  readonly branch: string | undefined;
  readonly engine: {
    readonly server: string;
    readonly buildx: string | undefined;
    readonly builder: string;
    readonly driver: string;
  };
  /**
   * `docker` arguments without the ones that the run adds (metadata file, progress). No secret values. Empty where the
   * parts are all that runs.
   */
  readonly argv: readonly string[];
  readonly secrets: readonly SecretOption[];
  /** Path relative to the workspace root. */
  readonly receipt: string;
  /** Bytes that the local cache of the workspace may hold. */
  readonly cacheLimit: number;
  readonly platforms: readonly string[];
  /**
   * Where the image is for several platforms: a plan for each, which run in the place of this one. What is left to it is
   * the index, and loading where that was asked for.
   */
  readonly parts: readonly BuildPlan[];
  readonly progress: ProgressMode;
  readonly dryRun: boolean;
  readonly warnings: readonly Warning[];
}

/** What of the context is sent. Its rules are among the added ones. */
export interface PlannedPrune extends PruneFacts {
  /** What the builder would be sent without the rules and with them, where nothing of it is known to the builder yet. */
  readonly sent?: { readonly before: SentContext; readonly after: SentContext };
}

/** What `plan --json` prints. */
export interface ExplainedPlan extends BuildPlan {
  /** The stages that are built beside the target, each with caches, tags and key of its own. */
  readonly stageBuilds: readonly BuildPlan[];
}

/** How a build is proven unneeded, and what it leaves for later ones. */
export interface SkipPlan {
  /** Content key, sha256 in hex. */
  readonly key: string;
  /** Why the key proves nothing; empty where it does. */
  readonly obstacles: readonly { readonly line: number | undefined; readonly reason: string }[];
  readonly enabled: boolean;
  /** Tags that hold this build if it was made before, `image:tag`. */
  readonly read: readonly string[];
  /** Tag under which this build is found later; undefined where nothing may be written. */
  readonly write: string | undefined;
}
