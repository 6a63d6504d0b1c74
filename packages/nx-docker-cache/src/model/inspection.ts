/** What `inspect --json` prints, version 1. Lines count from 1; paths are relative to the workspace root. */
export interface Inspection {
  readonly version: 1;
  readonly workspace: {
    /** Absolute path. */
    readonly root: string;
    /** `nx`, `turborepo`, `pnpm`, `npm`, `yarn`, `bun`; empty for a plain folder. */
    readonly tools: readonly string[];
  };
  /** By path. A Dockerfile is here once for each way to build it: projects that build it alike share an entry. */
  readonly dockerfiles: readonly InspectedDockerfile[];
}

export interface InspectedDockerfile {
  readonly path: string;
  /** Empty where the Dockerfile lies outside all projects and no target names it. */
  readonly projects: readonly InspectedProject[];
  /** undefined where the context could not be settled: the `problem` says why. */
  readonly context: InspectedContext | undefined;
  readonly stages: readonly InspectedStage[];
  /** The last stage of the file, by name, else index; undefined for a broken file. */
  readonly finalStage: string | undefined;
  /** The stage that is built. */
  readonly builtStage: string | undefined;
  /** Names or indexes of what that stage and those built beside it need, themselves included, in the order of the file. */
  readonly reachableStages: readonly string[];
  /** What the reached stages copy, add or mount; one entry an instruction. */
  readonly instructions: readonly InspectedInstruction[];
  readonly externalImages: readonly InspectedImage[];
  readonly edges: readonly InspectedEdge[];
  /** Files that no project owns and the build reads. */
  readonly rootInputs: readonly InspectedInput[];
  /** What tasks of the workspace have to write before the build. */
  readonly outputs: readonly InspectedOutput[];
  readonly unresolved: readonly InspectedUnresolved[];
  /** Sources that nothing in the checkout is and no task is known to write: somebody makes them before the build. */
  readonly synthetic: readonly InspectedInput[];
  /** One entry a project. */
  readonly drift: readonly InspectedDrift[];
  /** Why the rest is not known: a broken Dockerfile, a stage that is not there, options that are wrong. */
  readonly problem: InspectedProblem | undefined;
}

export interface InspectedProject {
  readonly name: string;
  readonly root: string;
  /** The target that builds it; undefined where the Dockerfile only lies in the project's folder. */
  readonly target: string | undefined;
}

export interface InspectedContext {
  readonly path: string;
  readonly reason: string;
  /** false where nothing tells, and the path is a guess. */
  readonly decided: boolean;
}

export interface InspectedStage {
  readonly index: number;
  readonly name: string | undefined;
  readonly line: number;
  /** What FROM names, as written. */
  readonly base: string;
  readonly reached: boolean;
}

export interface InspectedInstruction {
  readonly line: number;
  /** Name or index. */
  readonly stage: string;
  readonly via: 'COPY' | 'ADD' | 'bind';
  /** The stage, image or named context that is read; undefined for the build context. */
  readonly from: string | undefined;
  readonly sources: readonly InspectedSource[];
}

export interface InspectedSource {
  /** Relative to what is read; as written where `kind` is `unresolved`. */
  readonly path: string;
  readonly kind: 'path' | 'glob' | 'url' | 'git' | 'heredoc' | 'unresolved';
}

export interface InspectedImage {
  /** undefined where it is unresolved. */
  readonly image: string | undefined;
  /** undefined where it is not pinned. */
  readonly digest: string | undefined;
  readonly text: string;
  readonly line: number;
  readonly via: 'FROM' | 'COPY' | 'mount' | 'syntax';
  /** The task of the workspace that makes the image. */
  readonly builtBy: { readonly project: string; readonly target: string } | undefined;
}

export interface InspectedEdge {
  /** A project; the Dockerfile's path where it belongs to none. */
  readonly from: string;
  /** A project. */
  readonly to: string;
  readonly via: 'COPY' | 'ADD' | 'bind' | 'FROM' | 'mount';
  readonly line: number;
  /** What of the other project is read. */
  readonly reads: 'files' | 'output' | 'image';
  /** true where the instruction names a folder of several projects, or all of the workspace. */
  readonly broad: boolean;
}

export interface InspectedInput {
  readonly path: string;
  /** undefined where no line names it, as with an ignore file. */
  readonly line: number | undefined;
}

export interface InspectedOutput {
  readonly path: string;
  readonly project: string;
  readonly target: string;
  readonly line: number;
}

export interface InspectedUnresolved {
  readonly line: number;
  readonly stage: string | undefined;
  readonly text: string;
  readonly reason: string;
}

export interface InspectedDrift {
  readonly project: string;
  /** false where there is no list of COPYs to compare, or it cannot be known. */
  readonly checked: boolean;
  /** For people: what was compared, or why nothing was. */
  readonly reason: string;
  /** Projects that the package graph needs and the Dockerfile does not copy. */
  readonly missing: readonly InspectedMissing[];
  /** Projects that the Dockerfile copies and the package graph does not need. */
  readonly superfluous: readonly InspectedSuperfluous[];
}

export interface InspectedMissing {
  readonly project: string;
  readonly root: string;
  /** Why it is needed: the projects from the one that is built to this one. */
  readonly chain: readonly string[];
  /** true where its manifest is copied and nothing else. */
  readonly manifestOnly: boolean;
  /** Where the list stands: the line to add it after. */
  readonly line: number;
}

export interface InspectedSuperfluous {
  readonly project: string;
  readonly path: string;
  readonly line: number;
}

export interface InspectedProblem {
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly line: number | undefined;
}
