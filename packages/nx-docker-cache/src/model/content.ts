/** What a build reads, as data: files of the context, images, and the key over all of it. */

/** One file, folder or link of the build context. */
export interface ContentEntry {
  /** Relative to the context, `/` as separator. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** Permission bits, as BuildKit keys them. */
  readonly mode: number;
  /** sha256 of a file's content in hex; the target of a link as written; empty for a folder. */
  readonly content: string;
  /** Bytes of a file. */
  readonly size: number;
  /** When anything of it was changed, in ms since 1970, by the file system's clock. */
  readonly changed: number;
}

/** The files that were found, before instructions choose among them. */
export interface ContentSnapshot {
  /** Sorted by path; nothing that the ignore rules leave out. */
  readonly entries: readonly ContentEntry[];
  /** Roots, and followed links, that lead through symbolic links: where each of them ends. */
  readonly aliases: ReadonlyMap<string, { readonly links: readonly string[]; readonly resolved: string }>;
  /** What could not be read, with the path. */
  readonly problems: readonly { readonly path: string; readonly message: string }[];
  /** When something was added to the context's own folder or taken from it, in ms; 0 where it was not read. */
  readonly changed: number;
}

/** The digest of an image that the build starts from, or why it is not known. */
export type ImageDigest = { readonly digest: string } | { readonly problem: string };

/** What one instruction reads. */
export interface InstructionInputs {
  readonly line: number;
  readonly text: string;
  /** sha256 in hex over all that it reads and its own words. */
  readonly digest: string;
  readonly files: number;
  readonly bytes: number;
  /** The same digest without permission bits: where only this one stays equal, only modes differ. */
  readonly digestWithoutModes: string;
}

/** Why a build cannot be proven unneeded. */
export interface KeyObstacle {
  readonly line: number | undefined;
  readonly reason: string;
}

export interface ContentKey {
  /** sha256 in hex over everything that the build reads. */
  readonly key: string;
  readonly inputs: readonly InstructionInputs[];
  /** Empty where the key holds all; anything here, and nothing is skipped. */
  readonly obstacles: readonly KeyObstacle[];
  /** Images that no digest is pinned for: the digests that their tags had. */
  readonly images: readonly { readonly image: string; readonly digest: string }[];
  /** When any of the files was changed last, in ms since 1970. */
  readonly changed: number;
}
