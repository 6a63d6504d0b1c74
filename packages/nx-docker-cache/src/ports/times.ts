/** How long builds took on other agents: a tiny artifact beside each image. Nothing relies on it. */
export interface TimesPort {
  /**
   * @param reference `image:tag`
   * @returns seconds; undefined where nobody has left any
   * @throws an error whose message can be shown
   */
  read(reference: string): Promise<number | undefined>;
  /** @throws an error whose message can be shown */
  leave(reference: string, seconds: number): Promise<void>;
}
