/** Path arithmetic on `/`-separated paths, as Go's `path` package does it; Windows' `\` is not a separator. */

/** `a//b/./c/../d/` → `a/b/d`; `` → `.`; a leading `/` and leading `..` are kept. */
export function cleanPath(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push('..');
  }
  const joined = kept.join('/');
  if (absolute) return `/${joined}`;
  return joined === '' ? '.' : joined;
}

/** A path inside a folder that cannot be left: no leading `/`, `./` or `..`; `.` for the folder itself. */
export function insidePath(path: string): string {
  return cleanPath(`/${path}`).slice(1) || '.';
}

/** Both relative to the same folder. */
export function joinPath(folder: string, path: string): string {
  return cleanPath(`${folder}/${path}`);
}

/** `a/b` → `a`; `a` → `.`. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

/** true where `path` is `folder` or lies in it. */
export function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
