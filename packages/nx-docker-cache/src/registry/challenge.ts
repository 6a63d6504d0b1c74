/** One way in that a 401 offers (RFC 9110, 11.6.1; distribution spec/auth/token). */
export type Challenge =
  | { readonly scheme: 'basic' }
  | {
      readonly scheme: 'bearer';
      readonly realm: string;
      readonly service: string | undefined;
      /** Space-separated in the header. */
      readonly scopes: readonly string[];
    };

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const SCHEME = new RegExp(`^(${TOKEN})(?:\\s+|$|(?=,))`);
// Registries are known to leave the quotes out around URLs.
const PARAMETER = new RegExp(`^(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s",]+))`);

/** What a WWW-Authenticate header offers that this client can take: Bearer before Basic; undefined for neither. */
export function parseChallenge(header: string | null): Challenge | undefined {
  const offers = header === null ? [] : split(header);
  const bearer = offers.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  if (bearer !== undefined) {
    return {
      scheme: 'bearer',
      realm: bearer.parameters.get('realm')!,
      service: bearer.parameters.get('service'),
      scopes: (bearer.parameters.get('scope') ?? '').split(' ').filter((scope) => scope !== ''),
    };
  }
  return offers.some(({ scheme }) => scheme === 'basic') ? { scheme: 'basic' } : undefined;
}

interface Offer {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

/** A comma separates parameters and offers alike: a word with `=` behind it is a parameter. */
function split(header: string): Offer[] {
  const offers: Offer[] = [];
  let rest = header.trim();
  while (rest !== '') {
    const parameter = PARAMETER.exec(rest);
    const scheme = parameter === null ? SCHEME.exec(rest) : null;
    if (parameter !== null) {
      const value = parameter[2]?.replace(/\\(.)/g, '$1') ?? parameter[3] ?? '';
      const parameters = offers.at(-1)?.parameters;
      // The first one counts where a parameter is given twice.
      if (parameters !== undefined && !parameters.has(parameter[1]!.toLowerCase())) {
        parameters.set(parameter[1]!.toLowerCase(), value);
      }
    } else if (scheme !== null) {
      offers.push({ scheme: scheme[1]!.toLowerCase(), parameters: new Map() });
    } else {
      return offers;
    }
    rest = rest.slice((parameter ?? scheme)![0].length).replace(/^[\s,]+/, '');
  }
  return offers;
}
