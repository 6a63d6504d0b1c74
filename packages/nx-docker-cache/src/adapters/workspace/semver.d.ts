/** The functions that are used; the whole of its types would be one more package. */
declare module 'semver' {
  /** true where the version lies in the range; false for what is no version or no range. */
  export function satisfies(version: string, range: string): boolean;
  export interface SemVer {
    /** Without a leading v and without what follows a `+`. */
    readonly version: string;
    readonly major: number;
    readonly minor: number;
    readonly patch: number;
    readonly prerelease: readonly (string | number)[];
  }
  /** null for what is no version. */
  export function parse(version: string): SemVer | null;
}
