/** Ignore rules as text. They stand after the user's own: a rule without `!` never brings anything back. */

/** true for a name that a rule can say: blanks at its ends are trimmed, and a line ends at a line break. */
export function isSayable(path: string): boolean {
  return path.trim() === path && !/[\n\r\0\uFFFD]|[\uD800-\uDBFF]$/.test(path);
}

/** The path itself, and all that lies in it. Both relative to the context. */
export function rule(path: string): string {
  return `/${literal(path)}`;
}

export function literal(path: string): string {
  return path.replace(/[*?[\]\\]/g, '\\$&');
}

export interface Names {
  /** All of them sayable. */
  readonly dropped: readonly string[];
  /** All other names in the folder. */
  readonly staying: readonly string[];
}

/**
 * Rules that leave out some of what lies in a folder. Names that begin alike share a rule as long as nothing that
 * stays begins so too: BuildKit tries each rule on each path (0.3 µs measured), so thousands of them would cost more
 * than they spare.
 *
 * @param folder `.` for the context itself
 * @param deep true where rules before these may bring back what lies in a folder that they leave out: a rule for the
 *   folder is not tried then
 */
export function dropRules(folder: string, { dropped, staying }: Names, deep: boolean): string[] {
  const groups = new Map<string, string[]>();
  const sorted = [...staying].sort();
  for (const name of dropped) {
    const key = shortestOwn(name, sorted) ?? '';
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const inside = folder === '.' ? '/' : `/${literal(folder)}/`;
  return [...groups]
    .flatMap(([key, names]) => {
      const shared = commonStart(names);
      if (key !== '' && names.length > 1 && isSayable(shared)) return [`${inside}${literal(shared)}**`];
      return names.flatMap((name) => {
        const own = inside + literal(name);
        return deep ? [own, `${own}/**`] : [own];
      });
    })
    .sort();
}

function commonStart(names: readonly string[]): string {
  return names.reduce((shared, name) => shared.slice(0, sharedLength(shared, name)));
}

/** The shortest beginning of a name that no other one shares; undefined where one begins with all of it. */
function shortestOwn(name: string, sorted: readonly string[]): string | undefined {
  // Sorted names that share the longest beginning are neighbours.
  const at = lowest(sorted, name);
  const shared = Math.max(sharedLength(name, sorted[at - 1]), sharedLength(name, sorted[at]));
  return shared >= name.length ? undefined : name.slice(0, shared + 1);
}

function sharedLength(left: string, right: string | undefined): number {
  let length = 0;
  while (right !== undefined && length < left.length && left[length] === right[length]) length++;
  return length;
}

function lowest(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
