/** The one function that is used; the whole of its types would be one more package. */
declare module 'semver' {
  /** true where the version lies in the range; false for what is no version or no range. */
  export function satisfies(version: string, range: string): boolean;
}
