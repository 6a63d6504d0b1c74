/** A Dockerfile as data: what the `dockerfile` room reads out of the text. Lines count from 1. */
export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** ARG instructions before the first FROM. */
  readonly globalArgs: readonly ArgDeclaration[];
  /** `# syntax=`, `# escape=`, `# check=`. */
  readonly directives: Readonly<{ syntax?: string; escape?: string; check?: string }>;
  /** What could not be known, never guessed. */
  readonly unresolved: readonly Unresolved[];
}

export interface ArgDeclaration {
  readonly name: string;
  /** Text after `=`, unexpanded and unquoted; undefined without a default. */
  readonly defaultValue: string | undefined;
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
  readonly instructions: readonly Instruction[];
  readonly args: readonly ArgDeclaration[];
}

/** What a FROM or a `--from` points at. */
export type BaseRef =
  | { readonly kind: 'stage'; readonly stage: number; readonly text: string }
  | { readonly kind: 'image'; readonly image: string; readonly digest: string | undefined; readonly text: string }
  | { readonly kind: 'context'; readonly name: string; readonly text: string }
  | { readonly kind: 'scratch'; readonly text: string }
  | { readonly kind: 'unresolved'; readonly text: string; readonly reason: string };

export interface Instruction {
  readonly keyword: string;
  /** The instruction as written, continuation lines joined. */
  readonly text: string;
  readonly line: number;
  readonly endLine: number;
  readonly sources: readonly Source[];
  /** Names of ARGs (global or of the stage) that the instruction's words name, ENV-shadowed ones left out. */
  readonly consumes: readonly string[];
}

/** One thing that an instruction reads. */
export interface Source {
  readonly line: number;
  readonly via: 'COPY' | 'ADD' | 'bind';
  /** undefined: the build context. */
  readonly from: BaseRef | undefined;
  /** Path or pattern with variables expanded, relative to the context, no leading `/` or `./`; `.` for all of it. */
  readonly path: string;
  readonly kind: 'path' | 'glob' | 'url' | 'git' | 'heredoc' | 'unresolved';
  readonly exclude: readonly string[];
  readonly parents: boolean;
  readonly link: boolean;
  readonly chown: string | undefined;
  readonly chmod: string | undefined;
  /** `--checksum` of ADD. */
  readonly checksum: string | undefined;
}

export interface Unresolved {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}
