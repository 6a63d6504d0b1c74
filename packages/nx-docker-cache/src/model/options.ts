import type { PruneMode } from './prune';

/** The options of one build after validation and defaults. Templates are still unexpanded here. */
export const CACHE_KINDS = ['registry', 'local', 'inline', 'gha', 's3', 'azblob', 'none'] as const;
export type CacheKind = (typeof CACHE_KINDS)[number];
export const DEFAULT_CACHE_TAG = 'cache-{scope}{variant}';
export const COMPRESSIONS = ['gzip', 'zstd', 'estargz', 'uncompressed'] as const;
export type Compression = (typeof COMPRESSIONS)[number];
export const PROGRESS_MODES = ['auto', 'plain', 'quiet', 'rawjson'] as const;
export type ProgressMode = (typeof PROGRESS_MODES)[number];

export interface SecretOption {
  readonly id: string;
  /** Name of the environment variable that holds the value. */
  readonly env?: string;
  /** Path of the file that holds the value, relative to the workspace root. */
  readonly src?: string;
}

export interface CacheOptions {
  /** undefined: chosen by the plan (registry where a registry is known, else local). */
  readonly kind: CacheKind | undefined;
  /** Raw entries (`type=…,…` or a plain reference) read in addition to the planned ones. */
  readonly from: readonly string[];
  /** Raw entries written in addition to the planned one. */
  readonly to: readonly string[];
  readonly mode: 'min' | 'max';
  readonly compression: Compression | undefined;
  /** Template of the cache repository; undefined: the image's own repository. */
  readonly repository: string | undefined;
  /** Template of the cache tag. */
  readonly tag: string;
  /** Bytes that the `local` cache may hold for the whole workspace. */
  readonly maxSize: number;
}

/** The OCI set of names (title, source …), and where it is written. */
export interface MetadataOptions {
  readonly labels: boolean;
  readonly annotations: boolean;
  /** Values that change with releases or commits, besides those of the manifest. */
  readonly volatile: readonly ('version' | 'revision')[];
}

export interface BuildOptions {
  /** Path relative to the workspace root; undefined: searched in the project. */
  readonly dockerfile: string | undefined;
  /** Path relative to the workspace root; undefined: inferred from the Dockerfile's sources. */
  readonly context: string | undefined;
  readonly target: string | undefined;
  /** Stages that are built beside the target, each an image of its own. */
  readonly stages: readonly string[];
  /** Template of the image's name, without tag. */
  readonly image: string;
  /** Templates of tags; undefined: chosen by where the build runs. */
  readonly tags: readonly string[] | undefined;
  /** Registry host and path prefix, for instance `ghcr.io/acme`. */
  readonly registry: string | undefined;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly buildContexts: Readonly<Record<string, string>>;
  readonly secrets: readonly SecretOption[];
  readonly ssh: readonly string[];
  /** Names of variables and files that look like secrets and are none. */
  readonly allowExposed: readonly string[];
  readonly platforms: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** What is made of the project's manifest; undefined: nothing. */
  readonly metadata: MetadataOptions | undefined;
  readonly network: string | undefined;
  readonly addHosts: readonly string[];
  readonly shmSize: string | undefined;
  readonly ulimits: readonly string[];
  readonly allow: readonly string[];
  readonly pull: boolean;
  readonly noCache: boolean;
  readonly noCacheFilter: readonly string[];
  readonly provenance: string | undefined;
  readonly sbom: string | undefined;
  readonly builder: string | undefined;
  /** undefined: on a laptop true, in CI false. */
  readonly load: boolean | undefined;
  /** undefined: in CI with a registry true, else false. */
  readonly push: boolean | undefined;
  readonly cache: CacheOptions;
  readonly defaultBranch: string | undefined;
  /** Glob patterns of branches that count as trusted besides the default branch. */
  readonly protectedBranches: readonly string[];
  readonly progress: ProgressMode;
  /** repository: trusted builds also take what internal ones built. */
  readonly skip: boolean | 'repository';
  /** undefined: nothing that could change the image. */
  readonly prune: PruneMode | undefined;
  readonly dryRun: boolean;
}
