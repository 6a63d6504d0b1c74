/** The places in the workspace that results of a task take. */
export interface ResultPlacesPort {
  /**
   * Removes what an earlier run left there, so that results do not mix. A place stays as it is where something in it may
   * be a source: what git has, what git does not ignore, and everything where git does not answer.
   * @param places relative to the workspace root
   */
  clear(places: readonly string[]): Promise<ClearedPlaces>;
}

export interface ClearedPlaces {
  /** Those that hold what git neither has nor ignores: sources that nobody has added yet, or what an earlier run left. */
  readonly kept: readonly string[];
  /** What could not be removed, with the reason. */
  readonly problems: readonly string[];
}
