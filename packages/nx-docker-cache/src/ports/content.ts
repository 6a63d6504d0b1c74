import type { ContentSnapshot, ImageDigest } from '../model/content';
import type { SentContext } from '../model/prune';

/** One step of a walk through the context, see BuildKit's ignore rules. `state` is handed down into folders. */
export interface WalkFilter {
  step(path: string, state: unknown): { readonly ignored: boolean; readonly state: unknown };
  /** For an ignored folder: may something in it be taken all the same? */
  mayContain(folder: string): boolean;
  /** For a file that is not ignored: is its content sent, too? */
  opens(path: string): boolean;
}

export interface SnapshotRequest {
  /** Absolute path of the context. */
  readonly context: string;
  /** Files and folders to read, relative to the context; `.` for all of it. */
  readonly roots: readonly string[];
  readonly filter: WalkFilter;
  /** true for a path that is followed where it is a symbolic link. */
  readonly follow: (path: string) => boolean;
  /** What `filter` and `follow` are made of: in two requests with equal rules they give equal answers. */
  readonly rules: string;
  /** true where digests may be written down for the next run. */
  readonly remember: boolean;
}

export interface MeasureRequest extends Omit<SnapshotRequest, 'rules' | 'remember'> {
  /** true for a path that counts. */
  readonly counts: (path: string) => boolean;
}

export interface ContentPort {
  /** Reads and digests files. Never throws for a file: what cannot be read is a problem in the answer. */
  snapshot(request: SnapshotRequest): Promise<ContentSnapshot>;
  /** Counts the files that are taken, and their bytes, without reading them. */
  measure(request: MeasureRequest): Promise<SentContext>;
  /**
   * The same of the files as they are at the first look at each: for many builds that begin together, and whose contexts
   * overlap. What has to see changes made since asks the port itself.
   */
  atOneLook(): ContentPort;
}

export interface ImageDigestPort {
  /** The digest that a tag points at now, as the builder would resolve it. Never throws. */
  resolve(image: string): Promise<ImageDigest>;
}
