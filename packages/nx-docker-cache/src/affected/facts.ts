import type { InspectedBuild } from '../inspect';
import type { WorkspaceSurvey } from '../model/survey';

/** All that a judgement on changes is made of. */
export interface AffectedFacts {
  readonly survey: WorkspaceSurvey;
  readonly builds: readonly InspectedBuild[];
  /** Paths relative to the workspace root; what lies outside starts with `../`. */
  readonly changed: readonly string[];
  /** Names of the options that changed, by project. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly disk: ChangedDisk;
}

/** What the changed paths are now. Paths as in `changed`. */
export interface ChangedDisk {
  kind(path: string): 'file' | 'folder' | undefined;
  /** A symbolic link itself, or below one. */
  leadsThroughLink(path: string): boolean;
}
