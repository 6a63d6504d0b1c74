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

/**
 * Rules that leave out some of what lies in a folder. Names that begin alike share a rule as long as nothing that
 * stays begins so too: BuildKit tries each rule on each path (0.3 µs measured), so thousands of them would cost more
 * than they spare.
 *
 * @param folder `.` for the context itself
 * @param dropped names; all of them sayable
 * @param staying all other names in it
 */
export function dropRules(folder: string, dropped: readonly string[], staying: readonly string[]): string[] {
  const groups = new Map<string, string[]>();
  const sorted = [...staying].sort();
  for (const name of dropped) {
    const prefix = shortestOwn(name, sorted);
    // An unfinished prefix may end in half a character, or in a blank.
    const key = prefix === undefined || !isSayable(prefix) ? `=${name}` : `*${prefix}`;
    groups.set(key, [...(groups.get(key) ?? []), name]);
  }
  const inside = folder === '.' ? '/' : `/${literal(folder)}/`;
  return [...groups]
    .map(([key, names]) => inside + (names.length > 1 ? `${literal(key.slice(1))}**` : literal(names[0]!)))
    .sort();
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
