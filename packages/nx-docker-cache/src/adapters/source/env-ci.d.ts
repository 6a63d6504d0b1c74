/** env-ci ships no types; this is the part that is used. */
declare module 'env-ci' {
  export default function envCi(options: { env: Record<string, string | undefined>; cwd: string }): unknown;
}
