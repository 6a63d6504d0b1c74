import type { CiFacts } from './model';

/** Which version a pipeline takes where package.json names none is a guess, and a later one may behave otherwise. */
export function pnpmNotes({ pnpmVersion }: Pick<CiFacts, 'pnpmVersion'>): string[] {
  if (pnpmVersion === undefined) return [];
  return [
    `the pipeline installs pnpm@${pnpmVersion}, as package.json names none: write "packageManager": "pnpm@<version>" there, and take the version out of the pipeline`,
  ];
}
