/** The places in the workspace that results of a task take. */
export interface ResultPlacesPort {
  /**
   * Removes what an earlier run left there, so that results do not mix. What git has in one of them stays, and so does
   * everything where git does not answer.
   * @param places relative to the workspace root
   * @returns what could not be removed, with the reason; never throws
   */
  clear(places: readonly string[]): Promise<readonly string[]>;
}
