/**
 * Blanks as Go's `unicode.IsSpace` has them, by which BuildKit trims. JavaScript's own `trim` and `\s` take a byte order
 * mark for one, which BuildKit leaves where it stands, and U+0085 for none.
 */
export const SPACES = String.raw`\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000`;
const SPACE = new RegExp(`[${SPACES}]`);

/** @param char a single character */
export function isSpace(char: string): boolean {
  return SPACE.test(char);
}

export function trimSpaceStart(text: string): string {
  let start = 0;
  while (start < text.length && isSpace(text[start]!)) start++;
  return text.slice(start);
}

export function trimSpace(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1]!)) end--;
  return trimSpaceStart(text.slice(0, end));
}
