/** What `affected --json` prints, version 1. Lines count from 1; paths are relative to the workspace root. */
export interface AffectedReport {
  readonly version: 1;
  readonly workspace: {
    /** Absolute path. */
    readonly root: string;
    /** `nx`, `turborepo`, `pnpm`, `npm`, `yarn`, `bun`; empty for a plain folder. */
    readonly tools: readonly string[];
  };
  readonly range: AffectedRange;
  /** Who chose the projects: Nx or Turborepo together with the Dockerfiles, or the Dockerfiles and the package graph. */
  readonly decidedBy: 'nx' | 'turborepo' | 'git';
  /** How many files changed. */
  readonly changed: number;
  /** By name. A project is here once for each target that builds an image. */
  readonly projects: readonly AffectedProject[];
  /** How many builds are not concerned. */
  readonly unaffected: number;
  /** What may be missed, for people. */
  readonly warnings: readonly string[];
}

export interface AffectedRange {
  /** Commit that the changes count from; undefined: there is none, and everything is new. */
  readonly base: string | undefined;
  /** For people: what named the base. */
  readonly from: string;
  /** Commit that the changes count to; undefined: the working tree, with what is not committed. */
  readonly head: string | undefined;
}

export interface AffectedProject {
  readonly name: string;
  readonly root: string;
  readonly target: string;
  /** Never empty. */
  readonly reasons: readonly AffectedReason[];
  readonly skip: KnownBuild;
}

export type AffectedKind =
  /** A file of the project's own that an instruction reads. */
  | 'source'
  /** The same of another project. */
  | 'library'
  /** The same of nobody: a lockfile, a file of the workspace's root. */
  | 'root'
  /** The Dockerfile itself, or the ignore file that it goes by. */
  | 'dockerfile'
  | 'ignore'
  /** What a task makes a copied folder of. */
  | 'output'
  /** The project whose image this one starts from or copies out of is concerned. */
  | 'image'
  /** It gets a tag in this run that `project`, which is concerned, reads. Nothing that it reads itself changed. */
  | 'tag'
  /** The build's options. */
  | 'options'
  /** An instruction may read it; which files it reads cannot be known. */
  | 'unresolved'
  /** The task runner says so, and no file that Docker reads tells why. */
  | 'runner'
  /** There is no commit to compare with. */
  | 'everything';

export interface AffectedReason {
  readonly kind: AffectedKind;
  /** The changed files, 20 at most. */
  readonly files: readonly string[];
  /** How many there are. */
  readonly count: number;
  /** Line of the Dockerfile; undefined where none names it. */
  readonly line: number | undefined;
  /** The other project: whose files, output or image it is. */
  readonly project: string | undefined;
  /** For people. */
  readonly text: string;
}

/** Whether a build now would be skipped. */
export interface KnownBuild {
  /**
   * known: the registry or the engine holds this very build · needed: it does not ·
   * undecided: nobody can say before the build · unasked: the question was not put
   */
  readonly state: 'known' | 'needed' | 'undecided' | 'unasked';
  /** For people: where it is, or why it is not known. */
  readonly reason: string;
}
