import { RegistryError } from './error';
import { redactUrl } from './redact';

/**
 * URL of the next page in a Link header (RFC 8288; distribution-spec, "Listing Tags"), undefined at the last one.
 * @param url of the page that carried the header
 * @throws RegistryError `invalid-response` where it leads to another origin: a page there is not this registry's
 */
export function nextPage(header: string | null, url: string): string | undefined {
  for (const [, target, parameters = ''] of (header ?? '').matchAll(/<([^>]*)>((?:\s*;[^,<]*)*)/g)) {
    if (!/;\s*rel\s*=\s*"?(?:[^";]*\s)?next(?:\s[^";]*)?"?\s*(?:;|$)/i.test(parameters)) continue;
    if (!URL.canParse(target!, url)) return undefined;
    const next = new URL(target!, url);
    const here = new URL(url);
    // Behind a proxy that ends TLS, registries are known to write http: into their own links.
    if (next.host === here.host && here.protocol === 'https:') next.protocol = 'https:';
    if (next.origin === here.origin) return next.href;
    throw new RegistryError({
      reason: 'invalid-response',
      message: `${here.host} continues its list at ${redactUrl(next.href)}; only pages of the registry itself are read.`,
      expected: here.origin,
      found: next.origin,
    });
  }
  return undefined;
}
