/** true where `path` is `folder` or lies in it; both relative to the same folder, `.` is that folder. */
export function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** `path` as seen from `folder`, in which it lies. */
export function within(path: string, folder: string): string {
  if (folder === '.') return path;
  return path === folder ? '.' : path.slice(folder.length + 1);
}

/** Of two clean paths, each of which may be `.`. Called so often that node's own would be felt. */
export function join(folder: string, path: string): string {
  if (folder === '.') return path;
  return path === '.' ? folder : `${folder}/${path}`;
}

/** The folders before a glob's first wildcard: `a/b/*.ts` → `a/b`; all of a path without one. */
export function literalPart(glob: string): string {
  const segments = glob.split('/');
  const wild = segments.findIndex((segment) => isWild(segment));
  return wild < 0 ? glob : segments.slice(0, wild).join('/') || '.';
}

export function isWild(text: string): boolean {
  return /[*?[\]{}]/.test(text);
}
