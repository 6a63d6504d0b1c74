/** Query parameters that the distribution and token specs define and that never hold a secret. */
const PUBLIC_PARAMETERS = new Set([
  'artifactType',
  'digest',
  'from',
  'last',
  'mount',
  'n',
  'scope',
  'service',
]);

/** The URL as messages may show it: without user, password and fragment, and with unknown query values hidden. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return '(not a URL)';
  const { protocol, host, pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${PUBLIC_PARAMETERS.has(name) ? value : '…'}`,
  );
  return `${protocol}//${host}${pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`;
}

/** Foreign text on one line, without control characters, at most `max` characters. */
export function oneLine(text: string, max = 300): string {
  const flat = text.replace(/\p{Cc}+/gu, ' ').trim();
  return flat.length > max ? `${flat.slice(0, max)}…` : flat;
}
