/**
 * Into which folders a walk has to look for what an ignore pattern matches. true promises nothing; false is sure, but
 * for what matches since the folder itself does.
 */
export function compileReach(pattern: string): (folder: string) => boolean {
  const wild = firstWild(pattern);
  if (wild < 0) return (folder) => pattern.startsWith(`${folder}/`);
  // Up to its first wildcard the pattern is plain text: it leads into the folder, or it may start above it.
  const plain = pattern.slice(0, wild);
  const fits = /\*\*|[[\]^\\]/.test(pattern) ? undefined : compileDepth(pattern);
  return (folder) => {
    const inside = `${folder}/`;
    return (plain.startsWith(inside) || inside.startsWith(plain)) && (fits?.(inside) ?? true);
  };
}

/** Where the plain text of a pattern ends, -1 where all of it is plain. */
export function firstWild(pattern: string): number {
  return pattern.search(/[*?[\]^\\]/);
}

/** Of `*` and `?` none stands for a `/`: what such a pattern matches lies in folders that match its beginning. */
function compileDepth(pattern: string): (inside: string) => boolean {
  const parts = pattern.split('/').map((part) =>
    part
      .replace(/[.+()|{}$]/g, '\\$&')
      .replace(/\*/g, '[^/]*')
      .replace(/\?/g, '[^/]'),
  );
  const starts = parts
    .slice(0, -1)
    .map((_, index) => new RegExp(`^${parts.slice(0, index + 1).join('/')}/$`, 'su'));
  return (inside) => starts.some((start) => start.test(inside));
}
