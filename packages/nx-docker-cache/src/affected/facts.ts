import type { InspectedBuild } from '../inspect';
import type { NamedBuild } from '../layout/image-index';
import type { WorkspaceSurvey } from '../model/survey';

/** All that a judgement on changes is made of. */
export interface AffectedFacts {
  readonly survey: WorkspaceSurvey;
  readonly builds: readonly InspectedBuild[];
  /** Paths relative to the workspace root; what lies outside starts with `../`. */
  readonly changed: readonly string[];
  /** Options that are others now, by project. */
  readonly options: ReadonlyMap<string, readonly OptionChange[]>;
  /** Images that may have been built at the base, those that still are included. */
  readonly lost: readonly LostImage[];
  readonly disk: ChangedDisk;
  /** true where the task runner is asked what its tasks read, and its word counts: in Nx. */
  readonly inputsKnown: boolean;
}

export interface OptionChange {
  /** For people. */
  readonly text: string;
  /** The changed files that make it another one, where the options' own file is not meant. */
  readonly files: readonly string[];
}

export interface LostImage extends NamedBuild {
  readonly project: string;
}

/** What the changed paths are now. Paths as in `changed`. */
export interface ChangedDisk {
  kind(path: string): 'file' | 'folder' | undefined;
  /** What lies in a folder, links not followed. */
  entries(path: string): readonly { readonly name: string; readonly kind: string }[];
  /** A symbolic link itself, or below one. */
  leadsThroughLink(path: string): boolean;
}
