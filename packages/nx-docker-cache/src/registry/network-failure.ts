import { RegistryError } from './error';
import { oneLine, redactUrl } from './redact';

/** System and undici codes of failures that a later try may not see again. */
const TEMPORARY = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME/;

/** Code of a failed connection: fetch hides it one or two causes down. */
export function networkCode(error: unknown): string | undefined {
  return coded(error)?.code;
}

function coded(error: unknown): { readonly code: string; readonly message: string } | undefined {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    // Several addresses were tried; they mostly failed alike.
    const inner = at instanceof AggregateError ? coded(at.errors[0]) : undefined;
    if (inner !== undefined) return inner;
    if ('code' in at && typeof at.code === 'string') return { code: at.code, message: at.message };
  }
  return undefined;
}

/** true where the other side did speak TLS, and its certificate was not accepted. */
export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && CERTIFICATE.test(code);
}

/** The error for a request that got no answer. */
export function networkFailure(method: string, url: string, cause: unknown): RegistryError {
  const told = coded(cause);
  const code = told?.code;
  const why = told?.message ?? (cause instanceof Error ? cause.message : String(cause));
  const safeUrl = redactUrl(url);
  const host = URL.canParse(url) ? new URL(url).host : url;
  return new RegistryError({
    reason: 'unavailable',
    message: `${method} ${safeUrl} failed: ${oneLine(code === undefined || why.includes(code) ? why : `${code}: ${why}`)}.`,
    hint: hintFor(code, host),
    method,
    url: safeUrl,
    temporary: code !== undefined && TEMPORARY.has(code),
    cause,
  });
}

function hintFor(code: string | undefined, host: string): string | undefined {
  if (isCertificateCode(code)) {
    return `Trust the registry's CA: put it in /etc/docker/certs.d/${host}/ca.crt, or name its file in NODE_EXTRA_CA_CERTS.`;
  }
  if (code === 'EPROTO' || code?.startsWith('ERR_SSL') === true) {
    return `${host} does not speak TLS; where it is meant to be plain HTTP, list it as insecure.`;
  }
  if (code === 'ENOTFOUND') return `No such host: check the name ${host} and this machine's DNS.`;
  // Other codes are of whoever made the fetch, and its message says what to do.
  return code !== undefined && TEMPORARY.has(code)
    ? `Check that ${host} is up and can be reached from this machine.`
    : undefined;
}
