/** A Dockerfile as data: what the `dockerfile` room reads out of the text. Lines count from 1. */
export interface Dockerfile {
  /** At least one; the last one is the final stage. */
  readonly stages: readonly Stage[];
  /** ARG instructions before the first FROM, in order; a name may occur twice, the last one counts. */
  readonly globalArgs: readonly ArgDeclaration[];
  readonly directives: Directives;
  /** What could not be known, never guessed. */
  readonly unresolved: readonly Unresolved[];
}

/** `# syntax=`, `# escape=`, `# check=` as written. */
export interface Directives {
  readonly syntax?: string;
  readonly escape?: string;
  readonly check?: string;
}

export interface ArgDeclaration {
  readonly name: string;
  /** Text after `=`, unexpanded and unquoted; undefined without a default. */
  readonly defaultValue: string | undefined;
  /** Names of the ARGs that the default is made of; empty where a build arg replaces the default. */
  readonly uses: readonly string[];
  readonly line: number;
}

export interface Stage {
  readonly index: number;
  /** As written in `AS name`, lower-cased; undefined where the stage is unnamed. */
  readonly name: string | undefined;
  readonly line: number;
  readonly base: BaseRef;
  /** `--platform` of FROM as written. */
  readonly platform: string | undefined;
  /** Names of the global ARGs that FROM's words name, `--platform` included. */
  readonly consumes: readonly string[];
  /** true where a named build context of this name takes the stage's place: nothing in it runs. */
  readonly replaced: boolean;
  /** ONBUILD triggers of the stage it is built from come first. FROM itself is not among them. */
  readonly instructions: readonly Instruction[];
  readonly args: readonly ArgDeclaration[];
  /** ENV, in order, triggers included. */
  readonly env: readonly EnvAssignment[];
}

export interface EnvAssignment {
  readonly name: string;
  /** With variables expanded; undefined where that is impossible. */
  readonly value: string | undefined;
  readonly line: number;
}

/** What a FROM or a `--from` points at. `text` is as written. */
export type BaseRef =
  | { readonly kind: 'stage'; readonly stage: number; readonly text: string }
  /** `image` is the reference without its digest, for instance `node:20`; `digest` is `sha256:…`. */
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly digest: string | undefined;
      readonly text: string;
    }
  /** A named build context; `name` is the key in `buildContexts`. */
  | { readonly kind: 'context'; readonly name: string; readonly text: string }
  | { readonly kind: 'scratch'; readonly text: string }
  | { readonly kind: 'unresolved'; readonly text: string; readonly reason: string };

export interface Instruction {
  /** Upper-cased. */
  readonly keyword: string;
  /** The instruction as written, continuation lines joined, comments inside and heredoc bodies left out. */
  readonly text: string;
  readonly line: number;
  /** Last line, heredocs included. */
  readonly endLine: number;
  readonly sources: readonly Source[];
  readonly mounts: readonly Mount[];
  readonly heredocs: readonly Heredoc[];
  /** Names of ARGs (global or of the stage) that the instruction's words name, ENV-shadowed ones left out. */
  readonly consumes: readonly string[];
  /** true where it is an ONBUILD trigger of the stage that this one is built from. */
  readonly triggered: boolean;
}

export interface Heredoc {
  readonly name: string;
  readonly body: string;
}

/** A `RUN --mount`. Bind mounts are sources as well. */
export interface Mount {
  readonly type: 'bind' | 'cache' | 'tmpfs' | 'secret' | 'ssh';
  readonly line: number;
  /** `id` as written; undefined without one. */
  readonly id: string | undefined;
  /** `source`/`src` and `target`/`dst` with variables expanded, as written where that is impossible. */
  readonly source: string | undefined;
  readonly target: string | undefined;
  /** undefined without a `from`. */
  readonly from: BaseRef | undefined;
  readonly required: boolean;
}

/** One thing that an instruction reads. */
export interface Source {
  readonly line: number;
  readonly via: 'COPY' | 'ADD' | 'bind';
  /** undefined: the build context. */
  readonly from: BaseRef | undefined;
  /**
   * Path or pattern with variables expanded, relative to the context, no leading `/` or `./`, no trailing `/`;
   * `.` for all of it. The URL where `kind` is `url` or `git`, the name where it is `heredoc`, the text as
   * written where it is `unresolved`.
   */
  readonly path: string;
  readonly kind: 'path' | 'glob' | 'url' | 'git' | 'heredoc' | 'unresolved';
  /** `--exclude` patterns. */
  readonly exclude: readonly string[];
  readonly parents: boolean;
  readonly link: boolean;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** `--checksum` of ADD. */
  readonly checksum: string | undefined;
  readonly keepGitDir: boolean;
}

export interface Unresolved {
  readonly line: number;
  /** Index of the stage; undefined before the first FROM. */
  readonly stage: number | undefined;
  readonly text: string;
  readonly reason: string;
}
