import { posix } from 'node:path';

/** Both may be `.`; never starts with `./`. */
export function join(...parts: readonly string[]): string {
  return posix.join(...parts);
}

/** true where `path` is `folder` or lies in it. */
export function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** A folder as the target of COPY, which has to end in a slash: `.` is `./`. */
export function asFolder(path: string): string {
  return `${path}/`;
}

/** As JSON or plain word: what a Dockerfile's COPY takes. Blanks need the JSON form. */
export function copyLine(flags: string, sources: readonly string[], target: string): string {
  const words = [...sources, target];
  const paths = words.some((word) => /\s/.test(word)) ? JSON.stringify(words) : words.join(' ');
  return `COPY ${flags === '' ? '' : `${flags} `}${paths}`;
}
