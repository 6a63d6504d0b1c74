/** Publishing: tags for an image that the registry has already. */
import type { SourceFacts, ProjectFacts } from './facts';
import type { TrustTier, Warning } from './plan';

export const TAG_RULE_TYPES = [
  'sha',
  'ref',
  'semver',
  'pep440',
  'match',
  'edge',
  'schedule',
  'raw',
  'package',
] as const;
export type TagRuleType = (typeof TAG_RULE_TYPES)[number];
export const REF_EVENTS = ['branch', 'tag', 'pr'] as const;
export const SHA_FORMATS = ['short', 'long'] as const;

/** One rule after validation. Templates are still unexpanded. */
export interface TagRule {
  readonly type: TagRuleType;
  /** As a reader finds it again, for instance `tags.1 (type=semver)`. */
  readonly name: string;
  /** Template that gives `true` or `false`. */
  readonly enable: string;
  /** Rules with more of it come first; the first one that gives a tag decides on `latest`. */
  readonly priority: number;
  /** undefined: the flavour's. */
  readonly prefix: string | undefined;
  readonly suffix: string | undefined;
  readonly event: (typeof REF_EVENTS)[number] | undefined;
  readonly format: (typeof SHA_FORMATS)[number] | undefined;
  readonly pattern: string | undefined;
  readonly value: string | undefined;
  readonly branch: string | undefined;
  readonly group: string | number | undefined;
  /** The pattern of a match, taken apart. */
  readonly expression: { readonly source: string; readonly flags: string } | undefined;
}

export interface TagFlavor {
  /** auto: with versions that are no pre-release, with git tags and with matches. */
  readonly latest: 'auto' | boolean;
  readonly prefix: string;
  readonly suffix: string;
  readonly prefixOnLatest: boolean;
  readonly suffixOnLatest: boolean;
}

export interface PublishOptions {
  /** undefined: the default rules. */
  readonly tags: readonly TagRule[] | undefined;
  readonly flavor: TagFlavor;
  /** Stages whose images get the same tags, with the stage's name before them. */
  readonly stages: readonly string[];
  /** Glob patterns of tags that never move; undefined: full versions, empty: none. */
  readonly immutable: readonly string[] | undefined;
  /** Glob patterns of git tags that only maintainers can push. */
  readonly protectedTags: readonly string[];
  readonly defaultBranch: string | undefined;
  readonly protectedBranches: readonly string[];
  readonly dryRun: boolean;
  /** true: an image of uncommitted changes is published too. */
  readonly allowDirty: boolean;
  /** false: whether stage tasks have passed is not asked. */
  readonly tasks: boolean;
  /** New versions by project, where `nx release` runs this; null for a project that gets none. */
  readonly releaseVersions: Readonly<Record<string, string | null>> | undefined;
}

/** What publishing reads of a receipt. */
export interface PublishedBuild {
  readonly project: string;
  readonly image: string;
  readonly digest: string | undefined;
  readonly pushed: boolean;
  readonly commit: string | undefined;
  /** Which line of development it was a build of; undefined where no receipt says it. */
  readonly scope: string | undefined;
  readonly trust: TrustTier;
  /** Platforms that it was asked for; empty for the builder's own. */
  readonly platforms: readonly string[];
  readonly stages: readonly { readonly stage: string; readonly image: string; readonly digest: string }[];
  /** What its instructions read; empty where no receipt says it. */
  readonly inputs: readonly { readonly text: string; readonly digest: string }[];
}

/** Where and for whom something is published. */
export interface PublishFacts {
  readonly project: ProjectFacts;
  readonly source: SourceFacts;
  /** Environment variables that templates name. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The same of the commit; undefined where no rule asks or git does not say. */
  readonly commitDate: number | undefined;
  /** true where a timer of the CI service started the run. */
  readonly scheduled: boolean;
  /** true where the CI service says that branch or tag are protected. */
  readonly protectedRef: boolean;
  /** Branches that the commit is in; looked up for builds of git tags only. */
  readonly branches: readonly string[];
  /** `version` of the project's package.json. */
  readonly packageVersion: string | undefined;
  /** true where `nx release` runs this. */
  readonly release: boolean;
}

export interface PlannedTag {
  /** `image:tag` */
  readonly ref: string;
  readonly tag: string;
  /** What it shall hold. */
  readonly digest: string;
  readonly image: string;
  /** undefined for the image itself. */
  readonly stage: string | undefined;
  /** Names of the rules that give it. */
  readonly rules: readonly string[];
  /** true where it is never moved to another digest. */
  readonly immutable: boolean;
}

export interface LeftOut {
  readonly rule: string;
  /** undefined where the rule gives no tag here. */
  readonly tag: string | undefined;
  readonly reason: string;
}

export interface PublicationPlan {
  readonly version: 1;
  readonly project: string;
  /** Target that builds the image. */
  readonly target: string;
  readonly image: string | undefined;
  readonly digest: string | undefined;
  readonly trust: { readonly tier: TrustTier; readonly reason: string };
  readonly tags: readonly PlannedTag[];
  /** Tags that the trust tier does not allow. */
  readonly refused: readonly LeftOut[];
  /** Rules that give nothing here. */
  readonly idle: readonly LeftOut[];
  /** The moving tag that hosts of this line run: the deploy delta counts from what it holds. */
  readonly moving: string | undefined;
  readonly warnings: readonly Warning[];
  readonly dryRun: boolean;
}

export interface PublishedTag {
  readonly ref: string;
  readonly digest: string;
  readonly stage: string | undefined;
  readonly immutable: boolean;
  /** failed: the registry refused it · overtaken: it was moved, and somebody moved it on before we looked again. */
  readonly state: 'created' | 'moved' | 'unchanged' | 'failed' | 'overtaken';
  /** What it held before. */
  readonly before: string | undefined;
  readonly message: string | undefined;
}

/** What a host that runs the previous image has to pull for the new one. Bytes as they are in the registry. */
export interface PlatformDelta {
  /** `os/arch[/variant]`; undefined where the image does not say. */
  readonly platform: string | undefined;
  readonly pullBytes: number;
  readonly totalBytes: number;
  readonly pullBlobs: number;
  readonly totalBlobs: number;
}

export interface DeployDelta {
  /** The tag that was looked at. */
  readonly ref: string;
  /** What it held before; undefined where it is new. */
  readonly previous: string | undefined;
  readonly platforms: readonly PlatformDelta[];
  /** Why there are no figures. */
  readonly message: string | undefined;
}

export interface PublicationOutcome {
  readonly ok: boolean;
  readonly dryRun: boolean;
  readonly tags: readonly PublishedTag[];
  readonly delta: DeployDelta | undefined;
  readonly seconds: number;
}
