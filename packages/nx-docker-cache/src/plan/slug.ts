import { createHash } from 'node:crypto';

/** First eight hex digits of a text's sha256; enough to tell names apart, not to prove content. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/**
 * A name as a part of a tag: lower case, `[a-z0-9._-]`, at most `max` characters. Names that are already so
 * stay as they are; wherever anything changed a hash of the original is appended, so that `a/b`, `a-b` and
 * `A/b` are three slugs. A name that looks like such a hashed slug, has `--` (which separates scope and
 * variant) or starts with one of `reserved` is hashed as well: nobody picks another's slug by name, but by trying 2^32 of
 * them where that one is hashed.
 */
export function slug(name: string, max: number, reserved: readonly string[] = []): string {
  const clean = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/-{2,}/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '');
  const ambiguous = /-[0-9a-f]{8}$/.test(name) || reserved.some((prefix) => name.startsWith(prefix));
  if (clean === name && clean.length <= max && clean !== '' && !ambiguous) return clean;
  const head = clean.slice(0, max - 9).replace(/[._-]+$/, '');
  return head === '' ? `x-${shortHash(name)}` : `${head}-${shortHash(name)}`;
}
