import { posix } from 'node:path';
import { compileGlob, type Matcher } from './glob';

/** The rules of one .gitignore, in order. */
export type GitRules = readonly { readonly matches: Matcher; readonly exception: boolean }[];

/** A .gitignore as far as it tells outputs from sources: no character escapes. */
export function parseGitignore(text: string): GitRules {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const exception = line.startsWith('!');
      const pattern = line.slice(exception ? 1 : 0).replace(/\/$/, '');
      const anchored = pattern.includes('/');
      return { exception, matches: compileGlob(anchored ? pattern.replace(/^\//, '') : `**/${pattern}`) };
    });
}

/** @param path relative to the folder of the .gitignore */
export function isGitIgnored(rules: GitRules, path: string): boolean {
  for (let folder = path; folder !== '.'; folder = posix.dirname(folder)) {
    const last = rules.findLast(({ matches }) => matches(folder));
    if (last !== undefined && !last.exception) return true;
  }
  return false;
}
